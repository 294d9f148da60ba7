"""The registered skeletons: joint names in the order in which detectors and data sets store them, and limbs.

Limbs are written as chains of joints; `*` in a chain stands for right, then for left, and a comma list branches from
the joint before. Left and right are the person's own. A joint has the same name in all layouts, so that one layout can
be extracted from another. Order and limbs are the publishers', without limbs that close cycles; the face, which
publishers leave without limbs, is attached to the nose.
"""

_UPPER = "nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist"
_LEGS = "right_hip right_knee right_ankle left_hip left_knee left_ankle"
_EYES_EARS = "right_eye left_eye right_ear left_ear"
_COCO = (
    "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow "
    "left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle"
)
_LEFT_TIPS = "left_thumb left_index left_middle left_ring left_little"  # fingertips, in OpenPose's order
_RIGHT_TIPS = _LEFT_TIPS.replace("left", "right")
_BODY25 = (
    f"{_UPPER} mid_hip {_LEGS} {_EYES_EARS} "
    "left_big_toe left_small_toe left_heel right_big_toe right_small_toe right_heel"
)
_KINECT25 = (
    "spine_base spine_mid neck head "
    "left_shoulder left_elbow left_wrist left_hand right_shoulder right_elbow right_wrist right_hand "
    "left_hip left_knee left_ankle left_foot right_hip right_knee right_ankle right_foot "
    "spine_shoulder left_hand_tip left_thumb right_hand_tip right_thumb"
)

# a whole hand: its root, then four joints per finger, the last of which is the tip
_FINGER = ("thumb", "index", "middle", "ring", "little")
_FINGERS = " ".join(f"{f}1 {f}2 {f}3 {f}" for f in _FINGER)
_LEFT_HAND = " ".join(f"left_{joint}" for joint in ["hand", *_FINGERS.split()])
_RIGHT_HAND = _LEFT_HAND.replace("left", "right")
# dlib's 68 points of a face, https://ibug.doc.ic.ac.uk/resources/300-W: the person's right comes first
_FACE = (
    "right_jaw1 right_jaw2 right_upper_jaw right_jaw4 right_lower_jaw right_jaw6 right_jaw7 right_jaw8 chin "
    "left_jaw8 left_jaw7 left_jaw6 left_lower_jaw left_jaw4 left_upper_jaw left_jaw2 left_jaw1 "
    "right_brow1 right_brow2 right_brow right_brow4 right_brow5 left_brow5 left_brow4 left_brow left_brow2 left_brow1 "
    "nose_bridge nose_bridge2 nose_bridge3 nose_tip right_nostril1 right_nostril2 nose_base left_nostril2 "
    "left_nostril1 right_eye1 right_eye2 right_eye3 right_eye4 right_eye5 right_eye6 "
    "left_eye4 left_eye3 left_eye2 left_eye1 left_eye6 left_eye5 "
    "right_mouth right_lip2 right_lip3 upper_lip left_lip3 left_lip2 left_mouth "
    "left_lip6 left_lip5 lower_lip right_lip5 right_lip6 right_inner_mouth right_inner_lip2 upper_inner_lip "
    "left_inner_lip2 left_inner_mouth left_inner_lip4 lower_inner_lip right_inner_lip4"
)

_UPPER_CHAINS = ("neck nose", "neck *_shoulder *_elbow *_wrist", "nose *_eye *_ear")
_COCO_CHAINS = ("nose *_shoulder *_elbow *_wrist", "*_shoulder *_hip *_knee *_ankle", "nose *_eye *_ear")
_BODY25_CHAINS = (
    *(*_UPPER_CHAINS, "neck mid_hip"),
    *("mid_hip *_hip *_knee *_ankle *_big_toe *_small_toe", "*_ankle *_heel"),
)
_TIP_CHAINS = ("left_wrist " + _LEFT_TIPS.replace(" ", ","), "right_wrist " + _RIGHT_TIPS.replace(" ", ","))
_HAND_CHAINS = (
    "*_wrist *_hand",
    *(f"*_hand *_{f}1 *_{f}2 *_{f}3 *_{f}" for f in _FINGER),
)
_FACE_CHAINS = (
    *("nose nose_tip nose_bridge3 nose_bridge2 nose_bridge", "nose_tip nose_base *_nostril2 *_nostril1"),
    *("nose_bridge *_brow5 *_brow4 *_brow *_brow2 *_brow1", "*_eye *_eye4 *_eye3 *_eye2 *_eye1 *_eye6 *_eye5"),
    *("nose_base upper_lip upper_inner_lip lower_inner_lip lower_lip chin", "lower_lip *_lip5 *_lip6"),
    *("upper_lip *_lip3 *_lip2 *_mouth *_inner_mouth", "upper_inner_lip *_inner_lip2"),
    "lower_inner_lip *_inner_lip4",
    "*_ear *_jaw1 *_jaw2 *_upper_jaw *_jaw4 *_lower_jaw *_jaw6 *_jaw7 *_jaw8",
)

FACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    # COCO, https://cocodataset.org; the 17 limbs that PoseConv3D draws, of which the hip line closes a cycle
    "coco17": (_COCO, (*_COCO_CHAINS, "left_hip right_hip")),
    # OpenPose, https://github.com/CMU-Perceptual-Computing-Lab/openpose/blob/master/doc/02_output.md
    "body25": (_BODY25, _BODY25_CHAINS),
    # OpenPose's older COCO model, same page
    "openpose18": (f"{_UPPER} {_LEGS} {_EYES_EARS}", (*_UPPER_CHAINS, "neck *_hip *_knee *_ankle")),
    # all that OpenPose writes with --face and --hand: BODY_25 (0-24), face (25-94), left hand, right hand
    "openpose137": (
        f"{_BODY25} {_FACE} right_pupil left_pupil {_LEFT_HAND} {_RIGHT_HAND}",
        (*_BODY25_CHAINS, *_FACE_CHAINS, "*_eye *_pupil", *_HAND_CHAINS),
    ),
    # COCO-WholeBody, https://github.com/jin-s13/COCO-WholeBody: body, feet (17-22), face (23-90), left hand, right hand
    "coco_wholebody133": (
        f"{_COCO} left_big_toe left_small_toe left_heel right_big_toe right_small_toe right_heel "
        f"{_FACE} {_LEFT_HAND} {_RIGHT_HAND}",
        (*_COCO_CHAINS, "*_ankle *_big_toe *_small_toe", "*_ankle *_heel", *_FACE_CHAINS, *_HAND_CHAINS),
    ),
    # the joints of imigue22 that COCO-WholeBody has, in its order: all but the neck
    "coco_wholebody21": (
        f"{' '.join(_COCO.split()[:11])} {_LEFT_TIPS} {_RIGHT_TIPS}",
        ("nose *_shoulder *_elbow *_wrist", "nose *_eye *_ear", *_TIP_CHAINS),
    ),
    # Halpe's body, https://github.com/Fang-Haoshu/Halpe-FullBody
    "halpe26": (
        f"{_COCO} head neck mid_hip left_big_toe right_big_toe left_small_toe right_small_toe left_heel right_heel",
        ("neck head", "neck nose", "neck mid_hip", "neck *_shoulder *_elbow *_wrist", "nose *_eye *_ear",
         "mid_hip *_hip *_knee *_ankle", "*_ankle *_big_toe", "*_ankle *_small_toe", "*_ankle *_heel"),
    ),
    # Human3.6M as VideoPose3D stores it, https://github.com/facebookresearch/VideoPose3D: the right leg comes before
    # the left, the left arm before the right; some versions of MMPose's table name the legs the other way round
    "h36m17": (
        "mid_hip right_hip right_knee right_ankle left_hip left_knee left_ankle spine thorax neck_base head "
        "left_shoulder left_elbow left_wrist right_shoulder right_elbow right_wrist",
        ("mid_hip *_hip *_knee *_ankle", "mid_hip spine thorax neck_base head", "thorax *_shoulder *_elbow *_wrist"),
    ),
    # BlazePose, https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker; its edges without the cycles of
    # palm, foot and trunk; shoulders and mouth, unconnected to the nose in the original, are attached to it
    "mediapipe33": (
        "nose left_eye_inner left_eye left_eye_outer right_eye_inner right_eye right_eye_outer left_ear right_ear "
        "left_mouth right_mouth left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist "
        "left_pinky right_pinky left_index right_index left_thumb right_thumb left_hip right_hip "
        "left_knee right_knee left_ankle right_ankle left_heel right_heel left_foot_index right_foot_index",
        ("nose *_eye_inner *_eye *_eye_outer *_ear", "nose *_mouth", "nose *_shoulder *_elbow *_wrist",
         "*_wrist *_pinky,*_index,*_thumb", "*_shoulder *_hip *_knee *_ankle *_heel *_foot_index"),
    ),
    # one hand, left or right, in the order of MediaPipe, OpenPose and COCO-WholeBody,
    # https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker
    "hand21": (
        f"wrist {_FINGERS}",
        tuple(f"wrist {f}1 {f}2 {f}3 {f}" for f in _FINGER),
    ),
    # Kinect v1 as UTD-MHAD stores it
    "kinect20": (
        "head shoulder_center spine hip_center "
        "left_shoulder left_elbow left_wrist left_hand right_shoulder right_elbow right_wrist right_hand "
        "left_hip left_knee left_ankle left_foot right_hip right_knee right_ankle right_foot",
        ("head shoulder_center spine hip_center", "shoulder_center *_shoulder *_elbow *_wrist *_hand",
         "hip_center *_hip *_knee *_ankle *_foot"),
    ),
    # Kinect v2 as SMG stores it
    "kinect25": (
        _KINECT25,
        ("spine_base spine_mid spine_shoulder neck head", "spine_base *_hip *_knee *_ankle *_foot",
         "spine_shoulder *_shoulder *_elbow *_wrist *_hand *_hand_tip", "*_wrist *_thumb"),
    ),
    # NTU RGB+D, https://github.com/shahroudy/NTURGB-D: Kinect v2's order, with the limbs of ST-GCN, whose tip of the
    # hand hangs on the thumb
    "ntu25": (
        _KINECT25,
        ("spine_base spine_mid spine_shoulder neck head", "spine_base *_hip *_knee *_ankle *_foot",
         "spine_shoulder *_shoulder *_elbow *_wrist *_hand *_thumb *_hand_tip"),
    ),
    # the challenge's files, see data/sources/openpose.py
    "imigue22": (f"{_UPPER} {_EYES_EARS} {_LEFT_TIPS} {_RIGHT_TIPS}", (*_UPPER_CHAINS, *_TIP_CHAINS)),
    # 36 of OpenPose's 137; the chin is attached to the lower lip, as the jaw would close a cycle through the ears
    "imigue36": (
        f"{_UPPER} {_EYES_EARS} right_upper_jaw right_lower_jaw chin left_lower_jaw left_upper_jaw "
        "right_brow left_brow nose_bridge right_mouth upper_lip left_mouth lower_lip "
        f"left_hand {_LEFT_TIPS} right_hand {_RIGHT_TIPS}",
        (*_UPPER_CHAINS, "*_eye *_brow", "nose nose_bridge", "nose upper_lip lower_lip chin", "upper_lip *_mouth",
         "chin *_lower_jaw *_upper_jaw", "*_wrist *_hand", "*_hand *_thumb,*_index,*_middle,*_ring,*_little"),
    ),
    # MA-52: OpenPose's COCO-18 body with fingertips
    "ma52_28": (
        f"{_UPPER} {_LEGS} {_EYES_EARS} {_LEFT_TIPS} {_RIGHT_TIPS}",
        (*_UPPER_CHAINS, "neck *_hip *_knee *_ankle", *_TIP_CHAINS),
    ),
}  # fmt: skip
