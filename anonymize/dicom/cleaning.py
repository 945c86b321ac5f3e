"""Clean a description: only the words of a technical vocabulary stay (option Clean Descriptors, code C)."""

import re
from functools import lru_cache

from anonymize.dicom.identifiers import fold

WORDS = frozenset(
    # bodies, in English and French
    "abdomen abdominal abdominale abdo adrenal aorta aorte aortic aortique ankle cheville arm bras arterial artere "
    "artery axial bassin bile biliary biliaire bladder vessie body bone bones bowel brain breast bronches cardiac cardiaque "
    "carotid carotide caudal cerebral cerebrale cervical cervicale chest clavicle colon cou coeur coronary coronaire "
    "coronarien crane cranial cranien coude cuisse dental dentaire dos dorsal dorsale elbow epaule extremity "
    "face facial facials femur fetal foetal fibula finger foie foot fosse genou gland hand head heart hepatic "
    "hepatique hip hanche humerus iliac iliaque jambe jaw joint kidney knee larynx leg liver lobe lombaire lumbar lung lungs "
    "main mandible mandibule maxillaire mediastin mediastinum muscle nasal neck neuro nose nuque ocular oeil oeso oesophage "
    "esophagus orbit orbite orbites ovaire ovary pancreas parotid pelvic pelvien pelvis pied poignet poumon poumons portal "
    "prostate pulmonaire pulmonary rachis radius rate rectum rein reins renal renale rib ribs rocher rochers sacrum scapula "
    "sein seins sella shoulder sinus skull spine spinal spleen sternum stomach tarse temporal tete thigh thorax thoracic "
    "thoracique thyroid thyroide tibia trachea trunk tronc ulna uterus uterin vein veine venous veineux vertebra wrist whole "
    # planes, sides, phases
    "ax cor coronal sag sagittal obl oblique tra trans transverse ap pa lat lateral laterale profil face left right gauche "
    "droit droite bilateral bilat anterior posterior anterieur posterieur sup inf superior inferior supine prone "
    "decubitus debout standing inspiration expiration inspi expi arteriel arterielle portale tardif tardive delayed early "
    "late phase systole diastole rest stress repos effort pre post avec sans with without no and et of the de du des le la les "
    "or ou sur upper lower haut bas "
    # techniques
    "ct mr mri irm tdm scanner pet tep pt us echo dx cr mg nm xa rf spect tomo tomography radiography radiographie "
    "angio angiography angiographie cta mra arm ctpa mrcp dsa urography uroscanner enterography contrast contraste injecte "
    "injection iv gado gadolinium iode iodine c+ c- bolus timing test smart prep tracker monitoring premonitoring routine "
    "protocol protocole helical helicoidal spiral sequential axial volume vol slice slices coupe coupes thin thick fin fine "
    "epais mm cm sec ms kv kvp mas ma hu recon reconstruction reformat mpr mip minip vrt 3d 2d 4d lung window fenetre bone os "
    "parenchyma parenchyme mediastinal soft tissue tissu mou mous standard std sharp smooth dur kernel filter filtre scout "
    "topo topogram topogramme localizer localiser localisateur survey surview calibration scan scano reference ref "
    "t1 t1w t2 t2w t2* pd dp dwi diffusion dti adc flair stir tse fse gre se ge epi swi tof mprage spgr bravo vibe lava "
    "thrive dixon fatsat fs fat sat water eau graisse in out opposed phase perfusion asl dsc dce bold fmri resting state map "
    "haste ssfse trufisp fiesta ciss space cube blade propeller radial cine tagging dynamic dynamique mapping relaxometry trace fa "
    "b0 b50 b100 b400 b500 b800 b1000 b1500 b2000 iso isotropic tr te ti fov matrix average mean sub subtraction "
    "soustraction color couleur doppler mode m b emission transmission corrected uncorrected nac ac attenuation correction "
    "fdg fusion dose report rapport screen capture series serie study etude exam examen acquisition acq image images "
    "secondary derived primary original low high basse haute dose resolution res ultra fast rapide gated "
    "ecg ekg trigger triggered breath hold apnee free breathing navigator resp respiratory "
    "phantom fantome qa qc control controle quality qualite biopsy biopsie guided guidage interventional drainage "
    "segmentation mask roi annotation overlay key object presentation state measurement mesure".split()
)
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
