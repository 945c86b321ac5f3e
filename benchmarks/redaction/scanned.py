"""Letters as a scanner or a hurried hand leaves them: the layouts are new, :mod:`benchmarks.redaction.noisy` blurs them."""

TEMPLATES = (
    """COMPTE RENDU OPERATOIRE
Nom   {LAST}
Prenom   {FIRST}
Ne le   {BIRTH}
IPP   {IPP}        NDA   {NDA}
Chirurgien   {DFULL}
Cholecystectomie sous coelioscopie, cholangiographie peroperatoire normale, 4 trocarts. Hemostase soignee. Pas de drain.
{civ} {LAST} quitte le bloc extube. Son epouse {RFULL} est informee par le Dr {DLAST}.
""",
    """{civ} {FULL} née {MAIDEN}
demeurant {STREET} {TOWN}
nee le {BIRTH}, NIR {NIR}
tel {TEL} mail {EMAIL}

Examen du {DATE} : toux grasse, fievre a 38,4, sibilants. Amoxicilline 1 g matin, midi et soir, six jours.
Controle par {DFULL} ; radio thorax au cabinet de {OTHERCITY}. {FIRST} va mieux le {DAY}.
""",
    """Transmissions
08h00 {INITIALS} a bien dormi. Selles ok. TA 11/6.
10h30 visite de {RFULL}. Appel de {civ} {DLAST}, kine.
14h00 {FULL} refuse le repas. {FIRST} {LAST} douloureux, paracetamol 1 g.
19h30 famille jointe au {TEL}. Numero de chambre 12, numero de sejour {NDA}.
{RFULL}, IDE
""",
    """ORDONNANCE
Docteur {DFULL}   RPPS {RPPS}
{STREET} {TOWN}    {DTEL}
le {DATE}
{LAST} {FIRST}, {BIRTH}
Levothyrox 75 microgrammes le matin a jeun, trois mois
Vitamine D une ampoule
Renouvelable 2 fois
""",
    """Cher Ami
merci de voir {FULL} ({BIRTH}, assure {NIR}) pour avis. Notre patiente, {LAST} {FIRST}, {INITIALS} dans le dossier partage, presente une masse du sein droit, ACR 4.
Son mari {RFULL} et sa soeur {RFULL} l'accompagneront. Elle habite {STREET}, {TOWN} et repond au {TEL} ou a {EMAIL}.
{civ} {LAST} a vu {DFULL} a {OTHERCITY} en mars.
Amities
{DFULL}
""",
    """FICHE DE LIAISON EHPAD
RESIDENT {LAST} {FIRST}     NEE {MAIDEN}
N SECU {NIR}    ENTREE LE {DATE}
REFERENT FAMILIAL {RFULL} TEL {DTEL}
MEDECIN {DFULL}
REGIME SANS SEL, MIXE. GIR 2. ESCARRE TALON DROIT STADE 2. INR 2,4 LE {DATE}.
{FIRST} {LAST} DORT AVEC BARRIERES. CONTACT MAIL {EMAIL}
""",
)
