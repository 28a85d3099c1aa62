#include "image/dicom/terms.h"

#include "bytes.h"

#include <string.h>

/* Finds views and parts of the body in free text. Case, accents and the characters between words do not count. The
 * words are English, Spanish, French, Portuguese, German, Chinese and Hindi. */

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { MOST_LETTERS = 128 };

/* A file's words may name a patient, so they do not stay on the stack. */
static void forget(char (*words)[MOST_LETTERS]) { bytes_wipe(*words, sizeof *words); }
#define FORGOTTEN __attribute__((cleanup(forget)))

/* The letters 0xc0 to 0xff of Latin-1 as capitals without accents. UTF-8 has the same after 0xc3. */
static const char PLAIN[] = "AAAAAAACEEEEIIIIDNOOOOO OUUUUY SAAAAAAACEEEEIIIIDNOOOOO OUUUUY Y";

/* " WORD WORD ": only letters, with one space around each word. */
static void fold(const uint8_t *value, size_t nbytes, char *words) {
    size_t n = 0;
    words[n++] = ' ';
    for (size_t i = 0; i < nbytes && n < MOST_LETTERS - 2; i++) {
        uint8_t byte = value[i];
        const bool is_utf8 = byte >= 0xc2 && i + 1 < nbytes && (value[i + 1] & 0xc0) == 0x80;
        if (is_utf8) {
            byte = byte == 0xc3 ? value[i + 1] | 0xc0 : ' ';
            while (i + 1 < nbytes && (value[i + 1] & 0xc0) == 0x80)
                i++;
        }
        char letter = byte >= 'a' && byte <= 'z'   ? (char)(byte - 'a' + 'A')
                      : byte >= 'A' && byte <= 'Z' ? (char)byte
                      : byte >= 0xc0               ? PLAIN[byte - 0xc0]
                                                   : ' ';
        if (letter != ' ' || words[n - 1] != ' ')
            words[n++] = letter;
    }
    if (words[n - 1] != ' ')
        words[n++] = ' ';
    words[n] = 0;
}

static bool has_words(const char *words, const char *wanted) {
    const size_t n = strlen(wanted);
    for (const char *at = words; (at = strstr(at, wanted)) != NULL; at++)
        if (at[-1] == ' ' && at[n] == ' ')
            return true;
    return false;
}

static bool has_one_of(const char *words, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (has_words(words, list[i]))
            return true;
    return false;
}

/* Words of scripts without spaces, in UTF-8; Chinese also in GB 18030. */
static bool has_bytes(const uint8_t *text, size_t nbytes, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t at = 0; at + strlen(list[i]) <= nbytes; at++)
            if (memcmp(text + at, list[i], strlen(list[i])) == 0)
                return true;
    return false;
}

/* ---- views: PS3.3, C.8.1.2 and C.8.11.5.1.1, and what people write instead ---- */

static const char *const decubitus[] = {"DECUBITUS", "DECUB", "LLD", "RLD", "DECUBITO LATERAL"};
static const char *const oblique[] = {"OBLIQUE", "OBL", "LLO",     "RLO",     "LAO",     "RAO",
                                      "LPO",     "RPO", "OBLICUA", "OBLICUO", "OBLIQUA", "OBLIQUO"};
static const char *const lateral[] = {"LATERAL", "LAT",       "LATERALE", "LLAT", "RLAT",
                                      "LTLAT",   "RTLAT",     "LATL",     "LATR", "PROFIL",
                                      "PERFIL",  "LATERALIS", "SEITLICH", "LL",   "RL"};
enum { NOT_IN_DESCRIPTIONS = 2 }; /* the last of `lateral`: there they may be lobes of the lung */
static const char *const from_behind[] = {"PA", "P A", "POSTERO ANTERIOR", "POSTEROANTERIOR"};
static const char *const from_before[] = {"AP", "A P", "ANTERO POSTERIOR", "ANTEROPOSTERIOR"};
static const char *const frontal[] = {"PA",           "AP",    "P A", "A P",    "FRONTAL",    "FACE",
                                      "FRENTE",       "VIEWS", "V",   "VISTAS", "INCIDENCES", "INCIDENCIAS",
                                      "PROYECCIONES", "AND",   "Y",   "ET",     "E",          "UND"};
static const char *const lateral_script[] = {
    "\xe4\xbe\xa7\xe4\xbd\x8d", "\xe5\x81\xb4\xe4\xbd\x8d", "\xb2\xe0\xce\xbb",
    "\xe0\xa4\xaa\xe0\xa4\xbe\xe0\xa4\xb0\xe0\xa5\x8d\xe0\xa4\xb6\xe0\xa5\x8d\xe0\xa4\xb5"};
static const char *const oblique_script[] = {"\xe6\x96\x9c\xe4\xbd\x8d", "\xd0\xb1\xce\xbb"};
static const char *const frontal_script[] = {"\xe6\xad\xa3", "\xd5\xfd"};

const char *terms_view(const uint8_t *value, size_t nbytes) {
    FORGOTTEN char words[MOST_LETTERS];
    fold(value, nbytes, words);
    if (has_one_of(words, decubitus, COUNT(decubitus)))
        return "DECUBITUS";
    if (has_one_of(words, oblique, COUNT(oblique)) || has_bytes(value, nbytes, oblique_script, COUNT(oblique_script)))
        return "OBLIQUE";
    if (has_one_of(words, lateral, COUNT(lateral)) || has_bytes(value, nbytes, lateral_script, COUNT(lateral_script)))
        return "LATERAL";
    if (has_one_of(words, from_behind, COUNT(from_behind)))
        return "PA";
    return has_one_of(words, from_before, COUNT(from_before)) ? "AP" : NULL;
}

bool terms_describe_lateral(const uint8_t *value, size_t nbytes) {
    FORGOTTEN char words[MOST_LETTERS];
    fold(value, nbytes, words);
    if (has_one_of(words, frontal, COUNT(frontal)) || has_bytes(value, nbytes, frontal_script, COUNT(frontal_script)))
        return false;
    return has_one_of(words, lateral, COUNT(lateral) - NOT_IN_DESCRIPTIONS) ||
           has_bytes(value, nbytes, lateral_script, COUNT(lateral_script));
}

const char *terms_view_code(const uint8_t *value, size_t nbytes) {
    static const struct {
        const char *code, *view;
    } list[] = {{"399348003", "AP"},      {"R-10206", "AP"},      {"272479007", "PA"},      {"R-10214", "PA"},
                {"399067008", "LATERAL"}, {"R-10236", "LATERAL"}, {"399173006", "LATERAL"}, {"399198007", "LATERAL"}};
    for (size_t i = 0; i < COUNT(list); i++)
        if (terms_equal(value, nbytes, list[i].code))
            return list[i].view;
    return NULL;
}

/* ---- parts of the body: PS3.16, annex L ---- */

const char *terms_body_part(const uint8_t *value, size_t nbytes) {
    static const char *const others[] = {
        "ABDOMEN", "ANKLE",  "ARM",    "BREAST",   "CALF",    "CLAVICLE", "COCCYX", "CSPINE", "ELBOW",     "EXTREMITY",
        "FEMUR",   "FINGER", "FOOT",   "FOREARM",  "HAND",    "HEAD",     "HEART",  "HIP",    "HUMERUS",   "JAW",
        "KNEE",    "LEG",    "LSPINE", "MANDIBLE", "MAXILLA", "NECK",     "PELVIS", "RIB",    "SCAPULA",   "SHOULDER",
        "SKULL",   "SPINE",  "SSPINE", "STERNUM",  "THIGH",   "THUMB",    "TOE",    "TSPINE", "WHOLEBODY", "WRIST"};
    static const char *const chest[] = {"CHEST",  "THORAX",   "TORAX",  "PECHO",   "PEITO",  "POITRINE",
                                        "TORACE", "LUNG",     "LUNGS",  "LUNGE",   "POUMON", "POUMONS",
                                        "PULMON", "PULMONES", "PULMAO", "PULMOES", "CXR"};
    static const char *const unknown[] = {"UNKNOWN", "UNSPECIFIED", "UNDEFINED", "NONE", "N A"};
    static const char *const chest_script[] = {"\xe8\x83\xb8", "\xd0\xd8\xb2\xbf",
                                               "\xe0\xa4\x9b\xe0\xa4\xbe\xe0\xa4\xa4\xe0\xa5\x80"};
    FORGOTTEN char words[MOST_LETTERS];
    fold(value, nbytes, words);
    for (size_t i = 0; i < COUNT(others); i++)
        if (has_words(words, others[i]))
            return others[i];
    if (has_one_of(words, chest, COUNT(chest)) || has_bytes(value, nbytes, chest_script, COUNT(chest_script)))
        return "CHEST";
    bool says_something = false;
    for (size_t i = 0; i < nbytes; i++)
        says_something |= value[i] != ' ' && value[i] != 0;
    return says_something && !has_one_of(words, unknown, COUNT(unknown)) ? "OTHER" : NULL;
}

bool terms_name_animal(const uint8_t *value, size_t nbytes) {
    static const char *const list[] = {"CANINE", "FELINE", "EQUINE", "DOG", "CAT", "HORSE", "VETERINARY"};
    FORGOTTEN char words[MOST_LETTERS];
    fold(value, nbytes, words);
    return has_one_of(words, list, COUNT(list));
}
