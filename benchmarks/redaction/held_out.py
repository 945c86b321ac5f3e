"""Letters that were written after the rules and measured without changing them: see ``docs/guides``."""

TEMPLATES = (
    """Centre hospitalier de {OTHERCITY}
Pôle Mère-Enfant, consultation d'allergologie

Votre interlocutrice : {RFULL} ({DTEL})
Nos réf. : dossier {NDA}

{OTHERCITY}, le {DATE}

Docteur {DFULL}
{STREET}
{TOWN}

Cher collègue,

Vous trouverez ci-dessous le compte rendu de la visite, en date du {DATE}, du jeune {FULL}, né le {BIRTH}.
Cet enfant de 7 ans a fait un choc anaphylactique de grade 3 après ingestion de noix de cajou, le {DAY} dernier, à l'école.
Prick-tests : noix de cajou 8 mm, pistache 7 mm, arachide 0 mm, témoin positif 5 mm. IgE spécifiques Ana o 3 : 14,2 kU/L.
Nous avons remis à ses parents, {RFULL} et {RFULL}, une trousse d'urgence (Anapen 150 µg). PAI rédigé avec le médecin scolaire, Mme {DLAST}.
{FIRST} sera revu au printemps. Les ordonnances sont envoyées à {EMAIL}.

Bien confraternellement,

{DFULL}
""",
    """SAMU - Fiche d'intervention n° {NDA}
Date : {DATE}   Appel : 03h12   Sur place : 03h29
Identité : {LAST} {FIRST}   Naissance : {BIRTH}   Tél. appelant : {TEL}
Lieu : {STREET}, {TOWN}, 3e étage, digicode
Équipe : Dr {DLAST} / {RFULL} (IDE) / {RFULL} (ambulancier)
Constatations : homme conscient, Glasgow 14, PA 95/60, FC 118, SpO2 91 % en air ambiant, FR 28, T 38,9, dextro 1,45 g/L.
Thérapeutique : O2 6 L/min, remplissage 500 mL NaCl 0,9 %, ceftriaxone 2 g IV à 03h51.
Prévenir le fils : {RFULL}, {DTEL}. Transport vers le CH {OTHERCITY}, accueil par le docteur {DLAST}.
""",
    """Psychiatrie de liaison

Entretien du {DATE} avec {civ} {LAST}, à la demande du Dr {DLAST}.
{civ} {LAST}, ancien professeur, veuf depuis peu, est arrivé de {OTHERCITY} la semaine passée. Il parle volontiers de sa petite-fille {RFIRST} et de son voisin, {civ} {DLAST}, qui lui fait ses courses.
Thymie abaissée, réveils à 4 heures, perte de 6 kg en deux mois. MADRS 31/60, MMSE 27/30. Pas d'idée noire, pas de scénario suicidaire.
Mirtazapine 15 mg puis 30 mg au coucher. Réévaluation {DATE}.
Avis donné par téléphone à {DFULL}, son généraliste ({DTEL}).
NIR : {NIR} - IPP : {IPP} - né le {BIRTH}

{DFULL}
Psychiatre, RPPS n° {RPPS}
""",
    """FEUILLE DE LIAISON - HOSPITALISATION A DOMICILE
NOM : {LAST}      PRENOM : {FIRST}
DATE DE NAISSANCE : {BIRTH}      N° DE SECURITE SOCIALE : {NIR}
ADRESSE : {STREET} {TOWN}
TELEPHONE : {TEL}      COURRIEL : {EMAIL}
MEDECIN TRAITANT : DR {DLAST}      PHARMACIE : 12 heures/24
PERSONNE DE CONFIANCE : {RFULL}
ETABLISSEMENT ADRESSEUR : HOPITAL DE {OTHERCITY}, FINESS {FINESS}
MOTIF : plaie du talon gauche, stade 3, 4 cm x 2,5 cm ; pansement hydrocellulaire tous les 2 jours
TRAITEMENT : apixaban 5 mg matin et soir, furosémide 40 mg le matin, insuline glargine 14 unités à 22 h
Premier passage le {DATE}, infirmière coordinatrice : {RFULL} ({DEMAIL})
""",
    """Bonjour Docteur,

Voici les nouvelles de {FIRST} {LAST} ({BIRTH}), opérée d'un hallux valgus par le Pr {DLAST} il y a 6 semaines.
Radios du {DATE} : consolidation acquise, angle M1P1 à 12°. Elle a repris la conduite le {DAY}. Deux séances de kiné par semaine avec {RFULL}, à {OTHERCITY}.
Elle doit partir en vacances du {DATE} au {DATE} ; j'ai renouvelé le tramadol 50 mg (20 comprimés) sans dépasser 4 par jour.
Ses imageries sont en ligne : {URL}. Si besoin : {DEMAIL} ou secrétariat {DTEL}.
Pour la facturation, son numéro est le {NIR} et celui de son dossier {IPP}.

Dr {DFULL}
ADELI {ADELI}
""",
    """Staff du {DATE} - imagerie interventionnelle

1) {civ} {FULL}, {BIRTH}, IPP {IPP} : thrombose porte sur cirrhose Child B8, MELD 15. Candidat à un TIPS ? Dr {DLAST} contacte le patient au {TEL}. Bilirubine 34 µmol/L, TP 58 %, plaquettes 74 000. Échodoppler de contrôle le {DATE}.
2) Même patient : le scanner relu par {DFULL} montre un nodule de 18 mm du segment VI, LI-RADS 4. Alpha-foeto-protéine 12 ng/mL. Accord pour biopsie, geste prévu par {DFULL} le {DATE}.
Étaient présents : {DFULL}, {DFULL}, {RFULL}.
Rédigé par {RFULL}, interne. Copie à {DEMAIL}.
""",
)
