"""Letters whose failures nobody has looked at: what the reports say is measured on them.

Whoever looks at what is missed here must write other ones.
"""

TEMPLATES = (
    """Réseau de soins palliatifs
Visite à domicile n° 3 – {DATE}

Patient : {FULL}, {BIRTH}. Aidant principal : {RFULL} (épouse), relayée par {RFIRST} et {RFIRST}, les petits-enfants.
Intervenants : {DFULL} (médecin), {RFULL} (infirmière), {RFULL} (auxiliaire de vie).
Fentanyl 25 µg/h, interdoses de 100 µg, quatre en 24 h. EN 3 à 6. Nausées contenues par métoclopramide. Sommeil haché.
{civ} {LAST} évoque son frère {RFIRST}, mort l'hiver dernier à {OTHERCITY}. Directives anticipées remises à {RFULL}.
Le cabinet de {civ} {DLAST} prendra le relais le week-end ({DTEL}). L'HAD de {OTHERCITY} est informée.
Prochaine visite le {DATE}. {FIRST} préfère le matin.
{RFULL} pour l'équipe
""",
    """CONSULTATION MEMOIRE
Identité : {FULL} | Naissance : {BIRTH} | N° dossier : {NDA} | NIR : {NIR}
Adressée par : {DFULL}, {STREET}, {TOWN}
Accompagnée de : {RFULL}, sa belle-sœur

MMS 22/30 (2019 : 25/30), cinq mots de Dubois 7/10, horloge ratée, BREF 11/18. IRM : atrophie hippocampique Scheltens 2.
Institutrice à {OTHERCITY} jusqu'en 1998, {FIRST} {LAST} conduit encore. Le mari, {RFIRST}, se plaint de questions répétées. Une fille, {RFIRST}, vit à {OTHERCITY} ; un fils, {RFULL}, passe chaque semaine.
Conclusion : trouble neurocognitif léger. Donépézil 5 mg. Ergothérapie à domicile avec {RFULL}. Revue par {DFULL} dans six mois, avec bilan orthophonique ({DFULL}).

{DFULL} – secrétariat {DTEL}
""",
    """Re: {FIRST} {LAST}

Coucou {RFIRST}, coucou {RFIRST},

J'ai eu {RFULL} au téléphone ce matin. Elle confirme pour {FIRST}, lundi à 9 h chez {DLAST}. Le taxi est commandé ({STREET}, {TOWN}).
Côté traitement : rien à changer, ferritine 18 µg/L, on perfuse 500 mg. {RFIRST} fait la pose de voie, {DLAST} surveille.
Pensez à noter son nouveau numéro, {TEL}, et le mail {EMAIL}. L'ancien médecin ({DFULL}, à {OTHERCITY}) n'a rien envoyé.
À plus, {RFIRST}
""",
    """RAPPORT D'EXPERTISE
Expert désigné : {DFULL}
En présence de {civ} {FULL}, assisté de Maître {DLAST}, et du docteur {DLAST}, médecin conseil.
Le {DATE}, {civ} {LAST}, né le {BIRTH}, domicilié {STREET} à {CITY}, circulait à vélo. Transporté par les pompiers à l'hôpital de {OTHERCITY}, opéré par {DFULL} le lendemain. Fracture bimalléolaire gauche, ostéosynthèse par plaque.
Doléances : boiterie, dérouillage de vingt minutes, arrêt du tennis. Sa compagne, {RFULL}, l'aide pour les courses ; son employeur, {civ} {RFULL}, a aménagé le poste.
Amplitudes : flexion dorsale 10°, plantaire 35°. DFT du {DATE} au {DATE}. Souffrances 3,5/7. AIPP 6 %.
Fait à {OTHERCITY}, le {DATE}
{DFULL}
""",
    """PMI – secteur {OTHERCITY}
Nourrisson {FIRST} {LAST}, vu avec ses parents {RFULL} et {RFULL} le {DATE}.
Poids 7 120 g, taille 66 cm, PC 43 cm. Vaccins du jour : Hexyon, Prevenar. Diversification débutée. Dort chez la grand-mère, {civ} {RFULL}, le mardi.
La puéricultrice {RFIRST} {DLAST} repassera {STREET} {TOWN}. Crèche : directrice {RFULL}, {DTEL}. Pédiatre : {DFULL}.
""",
    """Stomatologie : {FULL} ({IPP}) opéré(e) ce jour, {DATE}, des 4 dents de sagesse par {DFULL}, assisté de {RFULL}. AG par {DFULL}. Amoxicilline 2 g/j, six jours ; bains de bouche. {FIRST} sort avec {RFIRST} (colocataire). Rappel le {DAY} au {TEL}. Lettre à {DFULL} et à {DLAST}, orthodontiste à {OTHERCITY}.
""",
)
