"""Operation reports, discharge letters and mails: written before the rules were revised, never to fit them."""

TEMPLATES = (
    """BLOC OPERATOIRE - SALLE 4
CRO {DATE}
PATIENT(E) {LAST} {FIRST}   NE(E) LE {BIRTH}   DOSSIER {NDA}
OP. : {DFULL}   AIDE OP. : {RFULL}   ANESTH. : {DFULL}   INSTR. : {RFIRST} {DLAST}

APPENDICECTOMIE PAR COELIOSCOPIE
Trois trocarts (10, 5, 5 mm). Appendice phlegmoneux, pas d'epanchement. Ligature de la base par deux endoloops. Lavage 500 cc.
Duree 35 minutes, pertes negligeables. Piece adressee en anatomopathologie (flacon {NDA}).
Les suites sont confiees au docteur {DLAST} ; les parents, {RFULL} et {RFULL}, ont ete vus en SSPI.
Dict. {DFULL} / frappe {RFIRST}
""",
    """LETTRE DE LIAISON A LA SORTIE
Séjour du {DATE} au {DATE} – Médecine polyvalente – CH de {OTHERCITY}

Madame, Monsieur, cher confrère,

Votre patient, {civ} {FULL}, {BIRTH}, a séjourné dans notre unité pour décompensation cardiaque sur fibrillation atriale.
{FIRST} {LAST} vit seul au {STREET} ({TOWN}). C'est {RFULL}, sa nièce, qui gère les papiers ; la voisine, {civ} {DLAST}, a les clefs.
Poids d'entrée 82 kg, de sortie 76,5 kg. NT-proBNP 4 250 puis 1 120 ng/L. FEVG 40 %. Furosémide 80 mg, bisoprolol 2,5 mg, apixaban 5 mg x 2.
Le cardiologue, {DFULL}, souhaite le revoir sous trois semaines. Nous avons laissé un message à {DFULL} (répondeur).
L'équipe mobile de {OTHERCITY} passera le {DAY}. Questions : {DTEL} ou {DEMAIL}.

{DFULL}, praticien hospitalier
{RFULL}, interne des hôpitaux
""",
    """salut {RFIRST},

tu te souviens de {FIRST} {LAST} qu'on avait eue en garde ? elle est repassée hier, {DATE}, avec {RFIRST} son compagnon.
toujours ses migraines, j'ai remis du triptan et vu avec {DLAST} pour la rééduc. scanner ok, crp à 3, rien de neuf.
tu peux rappeler sa mère {RFULL} au {TEL} ? elle a changé d'adresse, c'est {STREET} {TOWN} maintenant.
son mail c'est {EMAIL} et sa date de naissance {BIRTH} (le secrétariat s'était trompé).
merci, bises
{RFIRST} {DLAST}
""",
    """De : {RFULL} <{DEMAIL}>
À : {DFULL}
Cc : secretariat
Objet : {LAST} {FIRST} - résultats

Bonjour {DFULL},

Voici comme convenu le compte rendu pour {civ} {LAST} (IPP {IPP}, vu en consultation le {DATE} avec {DFULL}).
HbA1c 8,1 %, LDL 1,32 g/L, clairance 74 mL/min. Rétinographie : pas de rétinopathie. Podologie faite par {RFULL} le {DATE}.
{FIRST} a stoppé la metformine de lui-même ; {RFIRST}, son épouse, pense qu'il supporte mal. Peux-tu voir avec lui, ou avec leur fille {RFULL} ?
Je le mets sur la liste de {DLAST} pour l'éducation thérapeutique.

Bien à toi,
{RFIRST}
""",
    """SERVICE D'ACCUEIL DES URGENCES
{LAST} {FIRST} - {BIRTH} - NIR {NIR} - TEL {TEL}
ARRIVEE LE {DATE} A 14H02, AMENE PAR SON FILS {RFULL}
MEDECIN SENIOR {DFULL}   IOA {RFULL}   EXTERNE {RFULL}
DOULEUR THORACIQUE CONSTRICTIVE DEPUIS 2H, SUEURS. ECG SUS-DECALAGE EN INFERIEUR. ASPEGIC 250 MG, LOVENOX 0,6 ML.
APPEL CARDIO GARDE : DR {DLAST} ACCEPTE LE TRANSFERT EN USIC. FAMILLE PREVENUE ({RFIRST}, BELLE-FILLE).
AVIS {DLAST} / {DLAST} : CORO EN URGENCE. DEPART 14H47 VERS {OTHERCITY}.
""",
    """Entretien social – suite

Monsieur {LAST} ({FIRST}) est hébergé depuis le {DATE} chez un ami, {RFULL}, {STREET} à {CITY}. Sa sœur cadette {RFIRST} habite {OTHERCITY} et son frère {RFIRST} est décédé.
La mesure de curatelle est exercée par {RFULL} (association locale). L'éducatrice référente, {RFULL}, et le psychologue {DFULL} participent à la synthèse du {DAY}.
Ressources : AAH 971,37 euros ; loyer 412 euros. Numéro allocataire {IPP}, sécurité sociale {NIR}.
Dossier MDPH déposé par {RFULL} ; réponse attendue sous 4 mois. Prochain point avec {DLAST} et {RFIRST} {DLAST}.
Contact : {DTEL}, {DEMAIL}.
""",
)
