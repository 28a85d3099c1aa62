#include "image/dicom/terms.h"

#include "bytes.h"
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

bool terms_equal(const uint8_t *value, size_t nbytes, const char *word) {
    trim(&value, &nbytes);
    return nbytes == strlen(word) && memcmp(value, word, nbytes) == 0;
}

static bool equal_in_any_case(const uint8_t *value, size_t nbytes, const char *lower_case) {
    trim(&value, &nbytes);
    size_t i = 0;
    while (i < nbytes && lower_case[i] && tolower(value[i]) == lower_case[i])
        i++;
    return i == nbytes && lower_case[i] == 0;
}

static bool begins_with(const uint8_t *value, size_t nbytes, const char *word) {
    return nbytes >= strlen(word) && memcmp(value, word, strlen(word)) == 0;
}

/* ---- transfer syntaxes ---- */

#define UID "1.2.840.10008."

static const dicom_syntax syntaxes[] = {
    /* the last is what none of the others is */
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

const dicom_syntax *terms_syntax(const uint8_t *value, size_t nbytes) {
    size_t i = 0;
    while (i + 1 < COUNT(syntaxes) && !terms_equal(value, nbytes, syntaxes[i].uid))
        i++;
    return &syntaxes[i];
}

const dicom_syntax *terms_syntax_of(bool is_explicit, bool big_endian) {
    return &syntaxes[big_endian ? 2 : is_explicit ? 1 : 0];
}

const dicom_syntax *terms_syntax_for(dicom_encoding encoding) {
    static const struct {
        dicom_encoding encoding;
        const char *uid;
    } usual[] = {{DICOM_NATIVE, UID "1.2.1"},  {DICOM_ENCAPSULATED, UID "1.2.1.98"}, {DICOM_RLE, UID "1.2.5"},
                 {DICOM_JPEG, UID "1.2.4.50"}, {DICOM_JPEG_LS, UID "1.2.4.80"},      {DICOM_JPEG_2000, UID "1.2.4.91"}};
    for (size_t i = 0; i < COUNT(usual); i++)
        if (usual[i].encoding == encoding)
            return terms_syntax((const uint8_t *)usual[i].uid, strlen(usual[i].uid));
    return &syntaxes[COUNT(syntaxes) - 1];
}

/* ---- SOP classes ---- */

#define STORAGE UID "5.1.4.1.1."

bool terms_names_no_image(const uint8_t *value, size_t nbytes) {
    /* Presentation states, waveforms, raw data and segmentations, real-world values, documents, reports and keys,
     * plans, measurements, parametric maps. */
    static const char *const roots[] = {
        STORAGE "11.",   STORAGE "9.",    STORAGE "66",    STORAGE "67",    STORAGE "104.",  STORAGE "88.",
        STORAGE "78.",   STORAGE "79.",   STORAGE "80.",   STORAGE "30",    STORAGE "34.",   STORAGE "68.",
        STORAGE "81.",   STORAGE "200.",  STORAGE "201.",  STORAGE "481.3", STORAGE "481.4", STORAGE "481.5",
        STORAGE "481.6", STORAGE "481.7", STORAGE "481.8", STORAGE "481.9", STORAGE "481.1"};
    trim(&value, &nbytes);
    if (terms_equal(value, nbytes, UID "1.3.10")) /* DICOMDIR: a CD's table of contents */
        return true;
    for (size_t i = 0; i < COUNT(roots); i++)
        if (begins_with(value, nbytes, roots[i]))
            return !terms_equal(value, nbytes, STORAGE "481.1"); /* RT Image is one */
    return false;
}

bool terms_names_secondary_capture(const uint8_t *value, size_t nbytes) {
    trim(&value, &nbytes);
    return terms_equal(value, nbytes, STORAGE "7") || begins_with(value, nbytes, STORAGE "7.");
}

bool terms_names_for_processing(const uint8_t *value, size_t nbytes) {
    return terms_equal(value, nbytes, STORAGE "1.1.1") || terms_equal(value, nbytes, STORAGE "1.2.1") ||
           terms_equal(value, nbytes, STORAGE "1.3.1");
}

/* ---- defined terms ---- */

static const struct {
    const char *name;
    terms_kind kind;
} modalities[] = {
    /* PS3.3, C.7.3.1.1.1 */
    {"CR", TERMS_RADIOGRAPH},      {"DX", TERMS_RADIOGRAPH},       {"DR", TERMS_RADIOGRAPH},
    {"RG", TERMS_RADIOGRAPH},      {"OT", TERMS_CAPTURE},          {"SC", TERMS_CAPTURE},
    {"CT", TERMS_OTHER_IMAGE},     {"MR", TERMS_OTHER_IMAGE},      {"US", TERMS_OTHER_IMAGE},
    {"NM", TERMS_OTHER_IMAGE},     {"MG", TERMS_OTHER_IMAGE},      {"PT", TERMS_OTHER_IMAGE},
    {"RTDOSE", TERMS_OTHER_IMAGE}, {"RTIMAGE", TERMS_OTHER_IMAGE}, {"XA", TERMS_OTHER_IMAGE},
    {"RF", TERMS_OTHER_IMAGE},     {"IO", TERMS_OTHER_IMAGE},      {"PX", TERMS_OTHER_IMAGE},
    {"BI", TERMS_OTHER_IMAGE},     {"BMD", TERMS_OTHER_IMAGE},     {"ES", TERMS_OTHER_IMAGE},
    {"GM", TERMS_OTHER_IMAGE},     {"OP", TERMS_OTHER_IMAGE},      {"OPT", TERMS_OTHER_IMAGE},
    {"SM", TERMS_OTHER_IMAGE},     {"XC", TERMS_OTHER_IMAGE},      {"IVUS", TERMS_OTHER_IMAGE},
    {"IVOCT", TERMS_OTHER_IMAGE},  {"LS", TERMS_OTHER_IMAGE},      {"TG", TERMS_OTHER_IMAGE},
    {"DG", TERMS_OTHER_IMAGE},     {"SR", TERMS_NO_IMAGE},         {"PR", TERMS_NO_IMAGE},
    {"KO", TERMS_NO_IMAGE},        {"SEG", TERMS_NO_IMAGE},        {"DOC", TERMS_NO_IMAGE},
    {"RTPLAN", TERMS_NO_IMAGE},    {"RTSTRUCT", TERMS_NO_IMAGE},   {"RTRECORD", TERMS_NO_IMAGE},
    {"REG", TERMS_NO_IMAGE},       {"FID", TERMS_NO_IMAGE},        {"RWV", TERMS_NO_IMAGE},
    {"ECG", TERMS_NO_IMAGE},       {"HD", TERMS_NO_IMAGE},         {"AU", TERMS_NO_IMAGE},
    {"PLAN", TERMS_NO_IMAGE},      {"M3D", TERMS_NO_IMAGE},        {"OTHER", TERMS_OTHER_IMAGE},
};

const char *terms_modality(const uint8_t *value, size_t nbytes) {
    trim(&value, &nbytes);
    for (size_t i = 0; i < COUNT(modalities); i++)
        if (terms_equal(value, nbytes, modalities[i].name))
            return modalities[i].name;
    return nbytes > 0 ? "OTHER" : NULL;
}

terms_kind terms_modality_kind(const char *modality) {
    for (size_t i = 0; i < COUNT(modalities) && modality; i++)
        if (strcmp(modality, modalities[i].name) == 0)
            return modalities[i].kind;
    return TERMS_CAPTURE; /* nothing said */
}

static const char *one_of(const uint8_t *value, size_t nbytes, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (terms_equal(value, nbytes, list[i]))
            return list[i];
    return NULL;
}

char terms_opposite(char letter) {
    static const char pairs[] = "LRAPHF"; /* a letter beside its opposite */
    const char *at = letter ? strchr(pairs, letter) : NULL;
    return at ? pairs[(at - pairs) ^ 1] : 0;
}

bool terms_direction(const uint8_t *value, size_t nbytes, char letters[4]) {
    trim(&value, &nbytes);
    if (nbytes < 1 || nbytes > 3)
        return false;
    for (size_t i = 0; i < nbytes; i++) {
        const char opposite = terms_opposite((char)value[i]);
        if (!opposite || memchr(value, value[i], i) || memchr(value, opposite, i))
            return false;
    }
    memset(letters, 0, 4);
    memcpy(letters, value, nbytes);
    return true;
}

const char *terms_laterality(const uint8_t *value, size_t nbytes) {
    static const char *const list[] = {"L", "R", "B"};
    return one_of(value, nbytes, list, COUNT(list));
}

const char *terms_sex(const uint8_t *value, size_t nbytes) {
    static const char *const list[] = {"F", "M", "O"};
    return one_of(value, nbytes, list, COUNT(list));
}

float terms_age(const uint8_t *value, size_t nbytes) {
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
        if (toupper(value[nbytes - 1]) == units[i].unit)
            return count * units[i].years;
    return NAN;
}

uint64_t terms_checksum(uint64_t before, uint32_t tag, const uint8_t *value, size_t nbytes) {
    static const uint64_t prime = 0x100000001b3;
    uint64_t sum = (before ^ tag) * prime;
    trim(&value, &nbytes);
    for (size_t i = 0; i < nbytes; i++)
        sum = (sum ^ value[i]) * prime;
    return nbytes > 0 ? sum : before;
}

bool terms_names_a_patient(const uint8_t *value, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++)
        if (value[i] >= '1' && value[i] <= '9')
            return true;
    return false;
}

static uint32_t days_of(uint32_t year, uint32_t month) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

uint32_t terms_calendar(const uint8_t *value, size_t nbytes) {
    uint32_t digits = 0, n = 0;
    for (size_t i = 0; i < nbytes && n < 8; i++)
        if (isdigit(value[i]))
            digits = 10 * digits + (value[i] - '0'), n++;
        else if (!strchr(" .-/", value[i]))
            return 0;
    const uint32_t year = digits / 10000, month = digits / 100 % 100, day = digits % 100;
    const bool valid = n == 8 && year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
    return valid ? digits : 0;
}

int32_t terms_date(const uint8_t *value, size_t nbytes) {
    const int32_t date = (int32_t)terms_calendar(value, nbytes);
    if (date == 0)
        return 0;
    int32_t months = 12 * (date / 10000) + date / 100 % 100 - 3,
            years = months / 12; /* a year that begins in March ends with its leap day */
    return 365 * years + years / 4 - years / 100 + years / 400 + (153 * (months % 12) + 2) / 5 + date % 100;
}

dicom_photometric terms_photometric(const uint8_t *value, size_t nbytes, uint32_t nsamples) {
    static const struct {
        const char *word;
        dicom_photometric photometric;
    } grey[] = {{"monochrome1", DICOM_MONOCHROME1}, {"palette color", DICOM_PALETTE}},
      coloured[] = {{"ybr_full_422", DICOM_YBR_422}, {"ybr_partial_422", DICOM_YBR_422}, {"ybr_full", DICOM_YBR}};
    for (size_t i = 0; i < COUNT(grey) && nsamples <= 1; i++)
        if (equal_in_any_case(value, nbytes, grey[i].word))
            return grey[i].photometric;
    for (size_t i = 0; i < COUNT(coloured) && nsamples > 1; i++)
        if (equal_in_any_case(value, nbytes, coloured[i].word))
            return coloured[i].photometric;
    return nsamples <= 1 ? DICOM_MONOCHROME2 : DICOM_RGB;
}

double terms_decimal(const char *text, size_t nbytes) {
    char copy[64];
    const char *end = memchr(text, '\\', nbytes);
    nbytes = end ? (size_t)(end - text) : nbytes;
    for (; nbytes > 0 && is_padding((uint8_t)*text); nbytes--)
        text++;
    for (; nbytes > 0 && is_padding((uint8_t)text[nbytes - 1]); nbytes--) {
    }
    const char *comma = memchr(text, ',', nbytes);
    if (!comma || memchr(text, '.', nbytes) || nbytes > sizeof copy)
        return decimal_parse(text, nbytes);
    memcpy(copy, text, nbytes);
    copy[comma - text] = '.';
    const double value = decimal_parse(copy, nbytes);
    bytes_wipe(copy, sizeof copy);
    return value;
}
