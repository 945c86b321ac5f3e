"""Clean a description: only the words of a technical vocabulary stay (option Clean Descriptors, code C)."""

import re
from functools import lru_cache

from anonymize.dicom.identifiers import fold

_TEXT = """
2d 3d 4d abdo abdomen abdominal abdominale ac acq acquisition adc adrenal and angio angiographie
angiography ankle annotation anterieur anterior aorta aorte aortic aortique ap apnee arm artere arterial
arteriel arterielle artery asl attenuation avec average ax axial b b0 b100 b1000 b1500 b2000 b400 b50 b500
b800 bas basse bassin bilat bilateral bile biliaire biliary biopsie biopsy bladder blade body bold bolus
bone bones bowel brain bras bravo breast breath breathing bronches c+ c- calibration capture cardiac
cardiaque carotid carotide caudal cerebral cerebrale cervical cervicale chest cheville cine ciss clavicle
cm coeur colon color contrast contraste control controle cor coronaire coronal coronarien coronary
corrected correction cou coude couleur coupe coupes cr crane cranial cranien ct cta ctpa cube cuisse dce
de debout decubitus delayed dentaire dental derived des diastole diffusion dixon doppler dorsal dorsale
dos dose dp drainage droit droite dsa dsc dti du dur dwi dx dynamic dynamique early eau ecg echo effort
ekg elbow emission enterography epais epaule epi esophagus et etude exam examen expi expiration extremity
fa face facial facials fantome fast fat fatsat fdg femur fenetre fetal fibula fiesta filter filtre fin
fine finger flair fmri foetal foie foot fosse fov free fs fse fusion gado gadolinium gated gauche ge genou
gland graisse gre guidage guided hanche hand haste haut haute head heart helical helicoidal hepatic
hepatique high hip hold hu humerus iliac iliaque image images in inf inferior injecte injection inspi
inspiration interventional iode iodine irm iso isotropic iv jambe jaw joint kernel key kidney knee kv kvp
la larynx lat late lateral laterale lava le left leg les liver lobe localisateur localiser localizer
lombaire low lower lumbar lung lungs m ma main mandible mandibule map mapping mas mask matrix maxillaire
mean measurement mediastin mediastinal mediastinum mesure mg minip mip mm mode monitoring mou mous mpr
mprage mr mra mrcp mri ms muscle nac nasal navigator neck neuro nm no nose nuque object obl oblique ocular
oeil oeso oesophage of opposed or orbit orbite orbites original os ou out ovaire ovary overlay pa pancreas
parenchyma parenchyme parotid pd pelvic pelvien pelvis perfusion pet phantom phase pied poignet portal
portale post posterieur posterior poumon poumons pre premonitoring prep presentation primary profil prone
propeller prostate protocol protocole pt pulmonaire pulmonary qa qc qualite quality rachis radial
radiographie radiography radius rapide rapport rate recon reconstruction rectum ref reference reformat
rein reins relaxometry renal renale report repos res resolution resp respiratory rest resting rf rib ribs
right rocher rochers roi routine sacrum sag sagittal sans sat scan scanner scano scapula scout screen se
sec secondary segmentation sein seins sella sequential serie series sharp shoulder sinus skull slice
slices smart smooth soft soustraction space spect spgr spinal spine spiral spleen ssfse standard standing
state std sternum stir stomach stress study sub subtraction sup superior supine sur survey surview swi
systole t1 t1w t2 t2* t2w tagging tardif tardive tarse tdm te temporal tep test tete the thick thigh thin
thoracic thoracique thorax thrive thyroid thyroide ti tibia timing tissu tissue tof tomo tomography topo
topogram topogramme tr tra trace trachea tracker trans transmission transverse trigger triggered tronc
trufisp trunk tse ulna ultra uncorrected upper urography uroscanner us uterin uterus vein veine veineux
venous vertebra vessie vibe vol volume vrt water whole window with without wrist xa
"""
WORDS = frozenset(_TEXT.split())
"""Words that name no one: parts of the body, planes, techniques. Compared without accents, in lower case."""
_TOKEN = re.compile(r"[^\s,;:/_()\[\]|^=]+")
_MEASURE = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?(?:mm|cm|s|ms|sec|kv|mas|min|t)")
"""A number with its unit; a bare one may be a piece of a date or of a telephone number."""


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """The known words of ``text`` and its measures, in their order; empty when no word is known."""
    kept = [token for token in _TOKEN.findall(text) if _known(fold(token))]
    return " ".join(kept)


def _known(token: str) -> bool:
    if not token.isascii():
        return False
    parts = (token, *token.replace("+", "-").replace(".", "-").split("-"))
    return _is_word(token) or all(map(_is_word, parts[1:]))


def _is_word(token: str) -> bool:
    return token in WORDS or _MEASURE.fullmatch(token) is not None
