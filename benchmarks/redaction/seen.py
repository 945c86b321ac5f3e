"""Letters that the rules were written with."""

TEMPLATES = (
    """CHU de {CITY}
Service de Cardiologie - Pr {DFULL}
Secrétariat : {DTEL} - {DEMAIL}
{CITY}, le {DATE}

COMPTE RENDU D'HOSPITALISATION

Patient : {LAST} {FIRST}, né(e) le {BIRTH}
IPP : {IPP}   NDA : {NDA}
N° sécurité sociale : {NIR}
Adresse : {STREET}, {TOWN}

Cher confrère,
{civ} {LAST}, âgée de 72 ans, a été hospitalisée du {DATE} au {DATE} pour une douleur thoracique.
Antécédents : HTA, diabète de type 2, maladie de Parkinson, hernie de Spiegel, syndrome de Raynaud.
Traitement d'entrée : Kardegic 75 mg, bisoprolol 2,5 mg 2 fois par jour.
Examen clinique : TA 12/8, FC 72/min, petit souffle systolique 2/6, score de Glasgow à 15.
Biologie : Hb 12,5 g/dL, plaquettes 250 000/mm3, créatinine 85 µmol/L, troponine 14 puis 13 ng/L.
L'échographie réalisée par le Dr {DLAST} retrouve une FEVG à 55 %.
Sa fille {RFIRST}, joignable au {DTEL}, a été prévenue le {DATE}.
Sortie à domicile. Consultation avec le Docteur {DLAST} le {DATE} à 14 h 30.

Dr {DFULL}
RPPS : {RPPS}
""",
    """Dr {DFULL}
Médecine générale
{STREET}
{TOWN}
Tél. {DTEL}

Le {DATE}

Mon cher ami,
Je t'adresse {civ} {FULL}, {BIRTH}, qui présente depuis le {DAY} une toux sèche. {FIRST} est suivie par le Pr {DLAST} et le Dr {DLAST} pour un asthme.
Numéro de téléphone : {TEL}. Courriel : {EMAIL}.
Elle vit à {CITY} avec son mari {RFULL}. Pas d'allergie connue. Tabac : 10 PA.
Radiographie du {DATE} : normale. Spirométrie du {DATE} : VEMS 1,8 L (62 %).
Merci de ce que tu feras pour {civ} {LAST}.

Bien amicalement,
Docteur {DFULL}
""",
    """Nom : {LAST}    Prénom : {FIRST}
Date de naissance : {BIRTH}    Sexe : F
Dossier n° {NDA}    NIR {NIR}
Médecin traitant : Dr {DLAST}

Motif : chute à domicile le {DATE}.
La patiente, née à {OTHERCITY}, habite au {STREET}, {TOWN}. Elle a été accompagnée par sa sœur {RFULL}.
Radio du poignet : fracture de Pouteau-Colles. Attelle posée par l'interne {RFULL}.
Prescription : paracétamol 1 g x 4/j pendant 5 jours. Échelle de douleur 6/10 puis 2/10.
Contrôle le {DATE} avec le Dr {DFULL}. Résultats sur {URL}.
Personne à prévenir : {RFULL} ({DTEL}).
Signé : {DFULL}
""",
    """RÉUNION DE CONCERTATION PLURIDISCIPLINAIRE du {DATE}
FINESS {FINESS}
Présents : Pr {DLAST}, Dr {DLAST}, Dr {DLAST}
Dossier présenté par le Dr {DLAST} : {civ} {FULL} ({BIRTH}), IPP {IPP}.
Histoire : adénocarcinome colique opéré le {DATE} à l'hôpital de {OTHERCITY} par le Dr {DLAST}. pT3N1M0. 12 ganglions examinés.
Marqueurs : ACE 3,2 µg/L le {DATE}. OMS 1. Score G8 à 15/17.
Décision : chimiothérapie par FOLFOX 12 cures, première cure le {DATE}. Essai proposé à {civ} {LAST}.
Compte rendu adressé au médecin traitant, le Dr {DLAST}, {STREET}, {TOWN}.
""",
    """Consultation de neurologie du {DATE}
{civ} {LAST} {FIRST} (DDN {BIRTH}) consulte pour céphalées évoluant depuis le mois dernier. IRM du {DATE} sans anomalie.
{FIRST} travaille à {OTHERCITY}. Son fils {RFIRST} a eu une méningite. Pas de signe de Kernig ni de Babinski.
Examen : réflexes normaux, marche normale, Romberg négatif, petit tremblement.
Je propose un traitement par amitriptyline 10 mg le soir et revois {civ} {LAST} dans 3 mois.
Copie : Dr {DFULL} (ADELI {ADELI}), {DEMAIL}
Rendez-vous : {DTEL} ou {URL}
""",
    """Urgences pédiatriques, hôpital {OTHERCITY}
Enfant {LAST} {FIRST} né(e) le {BIRTH}
Vu(e) le {DATE} à 22h15 par {DFULL}, interne, et par le Dr {DLAST}.
Adressé(e) par SOS Médecins pour fièvre à 39,5 °C. Mère : {RFULL}, tel {TEL}. Père : {RFULL}.
Poids 12,4 kg. CRP 45 mg/L, leucocytes 15 000/mm3. BU négative.
Retour à domicile, {STREET} {TOWN}. À revoir par le Dr {DLAST} le {DATE}.
Dossier : {NDA}. Mail des parents : {EMAIL}
""",
    """Clinique {OTHERCITY} - Unité de chirurgie orthopédique
Chirurgien : Dr {DFULL} - N° RPPS {RPPS}
Anesthésiste : {DFULL}

Compte rendu opératoire - intervention du {DATE}
Concerne : {FULL} - DDN : {BIRTH} - IPP n°{IPP}

Indication : gonarthrose droite évoluée chez ce patient de 68 ans, IMC à 31.
Installation en décubitus dorsal, garrot à 300 mmHg. Voie de Hardinge non utilisée ; abord de type Keblish.
Mise en place d'une prothèse totale cimentée, taille 5, insert 10 mm. Saignement estimé à 250 ml.
Suites : ablation des agrafes le {DATE} par une infirmière à domicile ; revoir le docteur {DLAST} le {DATE}.
{civ} {LAST} sera transporté chez son épouse, {STREET} à {TOWN}.
Joindre la famille au {TEL}.
""",
    """{DFULL}
Gynécologue obstétricienne
Téléphone {DTEL} / télécopie {DTEL}
Prise de rendez-vous : {URL}

{CITY}, le {DATE}

Chère consœur,

Merci de recevoir {civ} {FIRST} {LAST}, née le {BIRTH}, demeurant {STREET}, {TOWN}, enceinte de 24 SA (début de grossesse le {DATE}).
Troisième geste, deuxième pare. Le premier enfant, {RFIRST}, est né par césarienne. L'échographie morphologique du {DATE}, faite par {DFULL}, est rassurante : biométries au 45e percentile, placenta antérieur, petite quantité de liquide.
Sérologies : toxoplasmose négative, rubéole immune. Glycémie à jeun 0,87 g/L. Vous pouvez la contacter au {TEL} ou par mail ({EMAIL}).
Son numéro d'assurée est le {NIR}.

Confraternellement,
Dr {DLAST}
""",
    """Note d'évolution infirmière - {DATE} 06:40
Chambre 214 lit B. {LAST} {FIRST}
Nuit calme. TA 135/80, pouls 76, T° 37,2. Pansement refait, redon 20 cc. EVA 3.
{civ} {LAST} réclame sa fille {RFULL} qui doit passer ce jour. Appel du Dr {DLAST} à 05 h 10 pour adaptation de l'insuline : 8 UI de Novorapid.
Transmis à {RFIRST}, IDE de jour. Prochain bilan le {DAY}.
Séjour {NDA}.
""",
    """LABORATOIRE DE BIOLOGIE MEDICALE
{STREET} - {TOWN} - FINESS : {FINESS}
Biologiste responsable : {DFULL}
Patient(e) : {civ} {LAST} {FIRST}   Né(e) le : {BIRTH}   N° SS : {NIR}
Prescripteur : Docteur {DLAST}
Demande n° {NDA} du {DATE}, prélèvement à 08:15
Hémoglobine 13,4 g/dL (12,0 - 16,0)   Leucocytes 6 800 /mm3   Plaquettes 312 000 /mm3
Sodium 139 mmol/L   Potassium 4,1 mmol/L   DFG (CKD-EPI) 88 mL/min
Sérologie d'Epstein-Barr : IgG positives. Recherche d'Escherichia coli négative. Cellules de Sternberg absentes.
Validé par {DFULL} le {DATE} à 14:02
Résultats accessibles sur {URL}
""",
    """Bonjour,

Suite à notre échange téléphonique du {DATE}, je vous confirme la venue de {FULL} (date de naissance {BIRTH}) le {DATE} à 9 heures.
Il réside actuellement à {CITY} chez son frère, {RFULL}, et sera accompagné de {civ} {DLAST}, sa tutrice (portable {DTEL}).
Ses problèmes : schizophrénie stabilisée sous clozapine 300 mg, ancienne toxicomanie, hépatite C guérie (charge virale < 12 UI/ml depuis deux ans). {FIRST} accepte l'hospitalisation.
Pour mémoire, dossier {IPP}, suivi au CMP de {OTHERCITY} par le docteur {DFULL}.

Cordialement

{RFULL}
Assistante sociale
{DEMAIL} - {DTEL}
""",
    """Certificat médical
Je soussigné, Docteur {DFULL}, exerçant à {OTHERCITY}, certifie avoir examiné le {DATE} {civ} {FULL}, né(e) le {BIRTH} à {OTHERCITY}, domicilié(e) {STREET} {TOWN}.
L'intéressé(e) déclare avoir été renversé(e) par une voiture le {DATE} vers 18 heures.
Je constate une ecchymose de 4 x 3 cm de la face externe de la cuisse gauche, une dermabrasion du coude droit, une limitation douloureuse de l'abduction à 60°.
L'incapacité totale de travail est de 5 jours sous réserve de complications.
Certificat remis en main propre.
N° ADELI {ADELI}
""",
    """Objet : votre patient {LAST} {FIRST} ({BIRTH})

Chère amie, cher ami,

J'ai revu le {DATE} {civ} {LAST} que vous suivez pour un lymphome de Hodgkin en rémission depuis 2016.
L'état général est excellent : 64 kg pour 1,70 m, OMS 0. Aires ganglionnaires libres, pas de splénomégalie. NFS et LDH du {DATE} normales. TEP du {DATE} : Deauville 2.
{civ} {LAST} vient de prendre sa retraite et partira vivre près de {OTHERCITY}, où le Pr {DLAST} assurera le relais. Le conjoint, {RFULL}, est d'accord. Courriel de contact : {EMAIL}.
Prochaine visite le {DATE}, sauf avis contraire de votre part ({DTEL}).

Avec mes sentiments les meilleurs,
Pr {DFULL}
Copies : Dr {DLAST}, Dr {DLAST}
""",
)
