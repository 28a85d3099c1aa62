#include "image/dicom/words.h"

#include "decimal.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_padding(uint8_t byte) { return byte == ' ' || byte == 0; }

static void trim(const uint8_t **value, size_t *nbytes) {
    for (; *nbytes > 0 && is_padding((*value)[*nbytes - 1]); --*nbytes) {
    }
    for (; *nbytes > 0 && is_padding(**value); --*nbytes)
        ++*value;
}

bool words_equal(const uint8_t *value, size_t nbytes, const char *word) {
    trim(&value, &nbytes);
    return nbytes == strlen(word) && memcmp(value, word, nbytes) == 0;
}

static bool begins_with(const uint8_t *value, size_t nbytes, const char *word) {
    return nbytes >= strlen(word) && memcmp(value, word, strlen(word)) == 0;
}

/* Whether a word stands anywhere in a text, in whatever case. */
static bool holds(const uint8_t *text, size_t nbytes, const char *lower_case) {
    size_t n = strlen(lower_case), i = 0;
    for (size_t at = 0; at + n <= nbytes; at++) {
        for (i = 0; i < n && tolower(text[at + i]) == lower_case[i]; i++) {
        }
        if (i == n)
            return true;
    }
    return false;
}

/* ---- transfer syntaxes ---- */

#define UID "1.2.840.10008."

static const dicom_syntax syntaxes[] = {
    {UID "1.2", DICOM_NATIVE, false, false, false, false},
    {UID "1.2.1", DICOM_NATIVE, true, false, false, false},
    {UID "1.2.2", DICOM_NATIVE, true, true, false, false},
    {UID "1.2.1.99", DICOM_NATIVE, true, false, true, false},
    {UID "1.2.1.98", DICOM_ENCAPSULATED, true, false, false, false},
    {UID "1.2.5", DICOM_RLE, true, false, false, false},
    {UID "1.2.4.50", DICOM_JPEG, true, false, false, true},
    {UID "1.2.4.51", DICOM_JPEG, true, false, false, true},
    {UID "1.2.4.53", DICOM_JPEG, true, false, false, true},
    {UID "1.2.4.55", DICOM_JPEG, true, false, false, true},
    {UID "1.2.4.57", DICOM_JPEG, true, false, false, false},
    {UID "1.2.4.70", DICOM_JPEG, true, false, false, false},
    {UID "1.2.4.80", DICOM_JPEG_LS, true, false, false, false},
    {UID "1.2.4.81", DICOM_JPEG_LS, true, false, false, true},
    {UID "1.2.4.90", DICOM_JPEG_2000, true, false, false, false},
    {UID "1.2.4.91", DICOM_JPEG_2000, true, false, false, true},
    {UID "1.2.4.201", DICOM_JPEG_2000, true, false, false, false},
    {UID "1.2.4.202", DICOM_JPEG_2000, true, false, false, false},
    {UID "1.2.4.203", DICOM_JPEG_2000, true, false, false, true},
    {"other", DICOM_NOT_READ, true, false, false, false},
};

const dicom_syntax *words_syntax(const uint8_t *value, size_t nbytes) {
    size_t i = 0;
    while (i + 1 < COUNT(syntaxes) && !words_equal(value, nbytes, syntaxes[i].uid))
        i++;
    return &syntaxes[i];
}

const dicom_syntax *words_syntax_of(bool is_explicit, bool big_endian) {
    return &syntaxes[big_endian ? 2 : is_explicit ? 1 : 0];
}

/* ---- SOP classes ---- */

#define STORAGE UID "5.1.4.1.1."

bool words_names_no_image(const uint8_t *value, size_t nbytes) {
    /* Presentation states, waveforms, raw data and segmentations, real-world values, documents, reports and keys,
     * plans, measurements, parametric maps. */
    static const char *const roots[] = {
        STORAGE "11.",   STORAGE "9.",    STORAGE "66",    STORAGE "67",    STORAGE "104.",  STORAGE "88.",
        STORAGE "78.",   STORAGE "79.",   STORAGE "80.",   STORAGE "30",    STORAGE "34.",   STORAGE "68.",
        STORAGE "81.",   STORAGE "200.",  STORAGE "201.",  STORAGE "481.3", STORAGE "481.4", STORAGE "481.5",
        STORAGE "481.6", STORAGE "481.7", STORAGE "481.8", STORAGE "481.9", STORAGE "481.1"};
    trim(&value, &nbytes);
    if (words_equal(value, nbytes, UID "1.3.10")) /* DICOMDIR: a CD's table of contents */
        return true;
    for (size_t i = 0; i < COUNT(roots); i++)
        if (begins_with(value, nbytes, roots[i]))
            return !words_equal(value, nbytes, STORAGE "481.1"); /* RT Image is one */
    return false;
}

bool words_names_secondary_capture(const uint8_t *value, size_t nbytes) {
    trim(&value, &nbytes);
    return words_equal(value, nbytes, STORAGE "7") || begins_with(value, nbytes, STORAGE "7.");
}

bool words_names_for_processing(const uint8_t *value, size_t nbytes) {
    return words_equal(value, nbytes, STORAGE "1.1.1") || words_equal(value, nbytes, STORAGE "1.2.1") ||
           words_equal(value, nbytes, STORAGE "1.3.1");
}

/* ---- defined terms ---- */

static const char *known(const uint8_t *value, size_t nbytes, const char *const *list, size_t n) {
    trim(&value, &nbytes);
    for (size_t i = 0; i < n; i++)
        if (words_equal(value, nbytes, list[i]))
            return list[i];
    return nbytes > 0 ? "OTHER" : NULL;
}

static const struct {
    const char *name;
    words_kind kind;
} modalities[] = {
    /* PS3.3, C.7.3.1.1.1 */
    {"CR", WORDS_RADIOGRAPH},      {"DX", WORDS_RADIOGRAPH},       {"DR", WORDS_RADIOGRAPH},
    {"RG", WORDS_RADIOGRAPH},      {"OT", WORDS_CAPTURE},          {"SC", WORDS_CAPTURE},
    {"CT", WORDS_OTHER_IMAGE},     {"MR", WORDS_OTHER_IMAGE},      {"US", WORDS_OTHER_IMAGE},
    {"NM", WORDS_OTHER_IMAGE},     {"MG", WORDS_OTHER_IMAGE},      {"PT", WORDS_OTHER_IMAGE},
    {"RTDOSE", WORDS_OTHER_IMAGE}, {"RTIMAGE", WORDS_OTHER_IMAGE}, {"XA", WORDS_OTHER_IMAGE},
    {"RF", WORDS_OTHER_IMAGE},     {"IO", WORDS_OTHER_IMAGE},      {"PX", WORDS_OTHER_IMAGE},
    {"BI", WORDS_OTHER_IMAGE},     {"BMD", WORDS_OTHER_IMAGE},     {"ES", WORDS_OTHER_IMAGE},
    {"GM", WORDS_OTHER_IMAGE},     {"OP", WORDS_OTHER_IMAGE},      {"OPT", WORDS_OTHER_IMAGE},
    {"SM", WORDS_OTHER_IMAGE},     {"XC", WORDS_OTHER_IMAGE},      {"IVUS", WORDS_OTHER_IMAGE},
    {"IVOCT", WORDS_OTHER_IMAGE},  {"LS", WORDS_OTHER_IMAGE},      {"TG", WORDS_OTHER_IMAGE},
    {"DG", WORDS_OTHER_IMAGE},     {"SR", WORDS_NO_IMAGE},         {"PR", WORDS_NO_IMAGE},
    {"KO", WORDS_NO_IMAGE},        {"SEG", WORDS_NO_IMAGE},        {"DOC", WORDS_NO_IMAGE},
    {"RTPLAN", WORDS_NO_IMAGE},    {"RTSTRUCT", WORDS_NO_IMAGE},   {"RTRECORD", WORDS_NO_IMAGE},
    {"REG", WORDS_NO_IMAGE},       {"FID", WORDS_NO_IMAGE},        {"RWV", WORDS_NO_IMAGE},
    {"ECG", WORDS_NO_IMAGE},       {"HD", WORDS_NO_IMAGE},         {"AU", WORDS_NO_IMAGE},
    {"PLAN", WORDS_NO_IMAGE},      {"M3D", WORDS_NO_IMAGE},        {"OTHER", WORDS_OTHER_IMAGE},
};

const char *words_modality(const uint8_t *value, size_t nbytes) {
    trim(&value, &nbytes);
    for (size_t i = 0; i < COUNT(modalities); i++)
        if (words_equal(value, nbytes, modalities[i].name))
            return modalities[i].name;
    return nbytes > 0 ? "OTHER" : NULL;
}

words_kind words_modality_kind(const char *modality) {
    for (size_t i = 0; i < COUNT(modalities) && modality; i++)
        if (strcmp(modality, modalities[i].name) == 0)
            return modalities[i].kind;
    return WORDS_CAPTURE; /* nothing said */
}

const char *words_body_part(const uint8_t *value, size_t nbytes) {
    static const char *const list[] = {
        /* PS3.16, annex L */
        "CHEST", "ABDOMEN",   "ANKLE", "ARM",     "BREAST",   "CALF",      "CLAVICLE", "COCCYX",   "CSPINE",
        "ELBOW", "EXTREMITY", "FEMUR", "FINGER",  "FOOT",     "FOREARM",   "HAND",     "HEAD",     "HEART",
        "HIP",   "HUMERUS",   "JAW",   "KNEE",    "LEG",      "LSPINE",    "LUNG",     "MANDIBLE", "MAXILLA",
        "NECK",  "PELVIS",    "RIB",   "SCAPULA", "SHOULDER", "SKULL",     "SPINE",    "SSPINE",   "STERNUM",
        "THIGH", "THORAX",    "THUMB", "TOE",     "TSPINE",   "WHOLEBODY", "WRIST"};
    return known(value, nbytes, list, COUNT(list));
}

const char *words_view(const uint8_t *value, size_t nbytes) {
    static const struct {
        const char *term, *view;
    } list[] = {/* PS3.3, C.8.1.2 and C.8.11.5.1.1, and what is written in their stead */
                {"AP", "AP"},
                {"PA", "PA"},
                {"LL", "LATERAL"},
                {"RL", "LATERAL"},
                {"LATERAL", "LATERAL"},
                {"LAT", "LATERAL"},
                {"LLAT", "LATERAL"},
                {"RLAT", "LATERAL"},
                {"L LAT", "LATERAL"},
                {"R LAT", "LATERAL"},
                {"LT LAT", "LATERAL"},
                {"RT LAT", "LATERAL"},
                {"LEFT LATERAL", "LATERAL"},
                {"RIGHT LATERAL", "LATERAL"},
                {"LLD", "DECUBITUS"},
                {"RLD", "DECUBITUS"},
                {"LLO", "OBLIQUE"},
                {"RLO", "OBLIQUE"},
                {"OBLIQUE", "OBLIQUE"}};
    for (size_t i = 0; i < COUNT(list); i++)
        if (words_equal(value, nbytes, list[i].term))
            return list[i].view;
    trim(&value, &nbytes);
    return words_view_meaning(value, nbytes);
}

const char *words_view_meaning(const uint8_t *value, size_t nbytes) {
    static const struct {
        const char *part, *view;
    } list[] = {{"decubitus", "DECUBITUS"}, {"oblique", "OBLIQUE"},    {"lateral", "LATERAL"},
                {"postero-anterior", "PA"}, {"posteroanterior", "PA"}, {"antero-posterior", "AP"},
                {"anteroposterior", "AP"}};
    for (size_t i = 0; i < COUNT(list); i++)
        if (holds(value, nbytes, list[i].part))
            return list[i].view;
    return NULL;
}

static const char *one_of(const uint8_t *value, size_t nbytes, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (words_equal(value, nbytes, list[i]))
            return list[i];
    return NULL;
}

const char *words_laterality(const uint8_t *value, size_t nbytes) {
    static const char *const list[] = {"L", "R", "B"};
    return one_of(value, nbytes, list, COUNT(list));
}

const char *words_sex(const uint8_t *value, size_t nbytes) {
    static const char *const list[] = {"F", "M", "O"};
    return one_of(value, nbytes, list, COUNT(list));
}

float words_age(const uint8_t *value, size_t nbytes) {
    static const struct {
        uint8_t unit;
        float years;
    } units[] = {{'Y', 1.0f}, {'M', 1.0f / 12}, {'W', 7 / 365.25f}, {'D', 1 / 365.25f}};
    trim(&value, &nbytes);
    float count = 0;
    if (nbytes < 2 || nbytes > 4)
        return NAN;
    for (size_t i = 0; i + 1 < nbytes; i++) {
        if (!isdigit(value[i]))
            return NAN;
        count = 10 * count + (float)(value[i] - '0');
    }
    for (size_t i = 0; i < COUNT(units); i++)
        if (value[nbytes - 1] == units[i].unit)
            return count * units[i].years;
    return NAN;
}

dicom_photometric words_photometric(const uint8_t *value, size_t nbytes) {
    return words_equal(value, nbytes, "MONOCHROME1")                                     ? DICOM_MONOCHROME1
           : words_equal(value, nbytes, "MONOCHROME2") || words_equal(value, nbytes, "") ? DICOM_MONOCHROME2
                                                                                         : DICOM_COLOUR;
}

double words_decimal(const char *text, size_t nbytes) {
    const char *end = memchr(text, '\\', nbytes);
    nbytes = end ? (size_t)(end - text) : nbytes;
    for (; nbytes > 0 && is_padding((uint8_t)*text); nbytes--)
        text++;
    for (; nbytes > 0 && is_padding((uint8_t)text[nbytes - 1]); nbytes--) {
    }
    return decimal_parse(text, nbytes);
}
