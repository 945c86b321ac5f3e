-- Les personnes qui ont un diagnostic de diabète pendant leur suivi.
SELECT DISTINCT __person FROM nafld3 WHERE event = 'diabetes'
