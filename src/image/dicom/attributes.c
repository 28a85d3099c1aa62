#include "image/dicom/attributes.h"

#include "image/dicom/terms.h"

#include <math.h>
#include <string.h>

/* From elements to a film's attributes. They stand in the outermost data set, and in the first items of three
 * sequences. */

/* What to do with an element of the outermost data set, or of an item. */
typedef pneumoscope_status (*handler)(dicom *, const cursor *, const element *, detail *why);

/* Calls a function for each element of a sequence's first item. Nested sequences are left out. */
static pneumoscope_status first_item(dicom *d, const cursor *outer, const element *e, handler handle, detail *why) {
    cursor c = *outer;
    element item;
    c.at = (size_t)(e->value - c.data);
    if (e->length != UNDEFINED)
        c.end = c.at + e->length;
    if (e->is_unknown)
        c.is_explicit = c.big_endian = false;
    if (c.end - c.at < 8)
        return PNEUMOSCOPE_OK; /* no item: as if the sequence were absent */
    pneumoscope_status status = elements_next(&c, &item, why);
    if (status || item.tag != ITEM)
        return status;
    if (item.length != UNDEFINED)
        c.end = c.at + item.length;
    while (!status && c.end - c.at >= 8) {
        element inner;
        status = elements_next(&c, &inner, why);
        if (!status && (inner.tag == ITEM_END || inner.tag == SEQUENCE_END))
            break;
        if (!status && !inner.is_sequence)
            status = handle(d, &c, &inner, why);
        if (!status)
            status = elements_skip(&c, &inner, why);
    }
    return status;
}

/* ---- values ---- */

static uint32_t number16(const cursor *c, const element *e) {
    return e->length >= 2 ? read16(c, (size_t)(e->value - c->data)) : 0;
}

static int32_t number16_signed(const cursor *c, const element *e, bool is_signed) {
    uint32_t value = number16(c, e);
    return is_signed ? (int16_t)value : (int32_t)value;
}

/* The n-th of several decimal numbers (VR DS or IS), or NaN. */
static double decimal(const element *e, size_t n) {
    const char *at = (const char *)e->value, *end = at + e->length;
    for (; n > 0 && at < end; at++)
        n -= *at == '\\';
    return n > 0 ? (double)NAN : terms_decimal(at, (size_t)(end - at));
}

static bool has_word(const element *e, const char *word) { return terms_equal(e->value, e->length, word); }

/* ---- elements of sequences ---- */

static pneumoscope_status modality_lut_element(dicom *d, const cursor *c, const element *e, detail *why) {
    (void)why;
    tables_read(d, &d->modality_lut, c, e);
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status voi_lut_element(dicom *d, const cursor *c, const element *e, detail *why) {
    (void)why;
    tables_read(d, &d->voi_lut, c, e);
    return PNEUMOSCOPE_OK;
}

/* A view, given by a code or by the code's meaning. */
static pneumoscope_status view_code_element(dicom *d, const cursor *c, const element *e, detail *why) {
    (void)c;
    (void)why;
    if (e->tag == TAG(0x0008, 0x0100) && !d->facts.view)
        d->facts.view = terms_view_code(e->value, e->length);
    if (e->tag == TAG(0x0008, 0x0104) && !d->facts.view)
        d->facts.view = terms_view(e->value, e->length);
    return PNEUMOSCOPE_OK;
}

/* ---- the outermost data set ---- */

static void read_windows(dicom *d, const element *e, float *values) {
    uint32_t n = 0;
    for (; n < PNEUMOSCOPE_MAX_WINDOWS && isfinite(decimal(e, n)); n++)
        values[n] = (float)decimal(e, n);
    /* centres and widths come in pairs; the fewer count */
    d->facts.nwindows = values == d->facts.window_centres || n < d->facts.nwindows ? n : d->facts.nwindows;
}

static void opposite(char letters[4]) {
    for (; *letters; letters++)
        *letters = terms_opposite(*letters);
}

/* What lies at the right and at the lower edge of a film after it was turned (EXIF 2.32). `right` and `bottom` are the
 * directions of its stored rows and columns before the call. */
static void turn_edges(uint32_t orientation, char right[4], char bottom[4]) {
    if (orientation >= 5) {
        char column[4];
        memcpy(column, bottom, 4);
        memcpy(bottom, right, 4);
        memcpy(right, column, 4);
    }
    if (orientation % 4 == 2 || orientation % 4 == 3)
        opposite(right);
    if (orientation % 4 == 3 || orientation % 4 == 0)
        opposite(bottom);
}

static bool is_sagittal(char letter) { return letter == 'A' || letter == 'P'; }

/* The EXIF orientation that turns a chest upright, as if it faced the reader: its left is on the right. A lateral film
 * only gets its feet down. 1 if nothing does. */
static uint32_t upright(const char row[4], const char column[4], bool sagittal) {
    static const uint32_t orientations[] = {1, 2, 4, 3, 5, 6, 8, 7}; /* of two that do, the first */
    for (size_t i = 0; i < sizeof orientations / sizeof orientations[0]; i++) {
        char right[4], bottom[4];
        memcpy(right, row, 4);
        memcpy(bottom, column, 4);
        turn_edges(orientations[i], right, bottom);
        if (bottom[0] == 'F' && (right[0] == 'L' || sagittal))
            return orientations[i];
    }
    return 1;
}

/* From the directions of rows and columns in letters: PS3.3, C.7.6.1.1.1. */
static void read_orientation(dicom *d, const element *e) {
    const uint8_t *split = memchr(e->value, '\\', e->length), *end = e->value + e->length;
    char row[4], column[4];
    if (!split || !terms_direction(e->value, (size_t)(split - e->value), row) ||
        !terms_direction(split + 1, (size_t)(end - split - 1), column) || row[0] == column[0] ||
        row[0] == terms_opposite(column[0]))
        return;
    const bool sagittal = is_sagittal(row[0]) || is_sagittal(column[0]);
    if (sagittal && !d->facts.view)
        d->facts.view = "LATERAL";
    d->facts.orientation = upright(row, column, sagittal);
    turn_edges(d->facts.orientation, row, column);
    memcpy(d->facts.right_edge, row, 4);
    memcpy(d->facts.bottom_edge, column, 4);
}

static void read_spacing(dicom *d, const element *e, double *row, double *column) {
    (void)d;
    double down = decimal(e, 0), across = decimal(e, 1);
    if (down > 0 && across > 0 && down < 1e6 && across < 1e6) {
        *row = down;
        *column = across;
    }
}

/* Elements with a value from our tables. */
static void read_words(dicom *d, const element *e) {
    switch (e->tag) {
    case TAG(0x0008, 0x0016):
        d->is_image &= !terms_names_no_image(e->value, e->length);
        d->is_secondary_capture |= terms_names_secondary_capture(e->value, e->length);
        d->is_for_processing |= terms_names_for_processing(e->value, e->length);
        break;
    case TAG(0x0008, 0x0060): d->facts.modality = terms_modality(e->value, e->length); break;
    case TAG(0x0008, 0x0020): d->studied = terms_date(e->value, e->length); break;
    case TAG(0x0008, 0x0021):
    case TAG(0x0008, 0x0022):
    case TAG(0x0008, 0x0023): d->studied = d->studied ? d->studied : terms_date(e->value, e->length); break;
    case TAG(0x0010, 0x0030): d->born = terms_date(e->value, e->length); break;
    case TAG(0x0008, 0x103e): d->says_lateral = terms_describe_lateral(e->value, e->length); break;
    case TAG(0x0008, 0x0068): d->is_for_processing |= has_word(e, "FOR PROCESSING"); break;
    case TAG(0x0010, 0x0040): d->facts.sex = terms_sex(e->value, e->length); break;
    case TAG(0x0010, 0x1010): d->facts.age_years = terms_age(e->value, e->length); break;
    case TAG(0x0018, 0x0015): d->facts.body_part = terms_body_part(e->value, e->length); break;
    case TAG(0x0010, 0x2201): /* species, and how the device processed the picture */
    case TAG(0x0018, 0x1400): d->is_animal |= terms_name_animal(e->value, e->length); break;
    case TAG(0x0018, 0x5101): {
        const char *view = terms_view(e->value, e->length);
        d->facts.view = view ? view : d->facts.view;
        break;
    }
    case TAG(0x0020, 0x0060):
    case TAG(0x0020, 0x0062): d->facts.laterality = terms_laterality(e->value, e->length); break;
    case TAG(0x0028, 0x0301): d->has_burned_in = has_word(e, "YES"); break;
    case TAG(0x0028, 0x2110): d->facts.lossy |= has_word(e, "01"); break;
    case TAG(0x2050, 0x0020): d->inverse = has_word(e, "INVERSE"); break;
    default: break;
    }
}

static void read_geometry(dicom *d, const element *e) {
    double row = 0, column = 0;
    switch (e->tag) {
    case TAG(0x0020, 0x0020): read_orientation(d, e); break;
    case TAG(0x0028, 0x0034):
        read_spacing(d, e, &row, &column);
        d->aspect = row > 0 ? row / column : d->aspect;
        break;
    case TAG(0x0018, 0x1164): /* at the detector; the spacing in the patient comes later in the file, and replaces it */
    case TAG(0x0018, 0x2010):
    case TAG(0x0028, 0x0030):
        read_spacing(d, e, &row, &column);
        if (row > 0) {
            d->aspect = row / column;
            d->facts.spacing_mm = (float)(row < column ? row : column);
        }
        break;
    default: break;
    }
}

static void write_key(char text[20], uint64_t key) {
    for (size_t i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[key >> (60 - 4 * i) & 15];
}

/* The number alone does not tell patients apart: many anonymised sets begin with 1. */
static void read_patient(dicom *d, const element *e) {
    const uint64_t before = d->patient_key;
    d->patient_key = terms_checksum(before, e->tag, e->value, e->length);
    if (e->tag == TAG(0x0010, 0x0020))
        d->has_patient = terms_names_a_patient(e->value, e->length);
    else if (d->has_patient && d->patient_key != before)
        write_key(d->origin.patient, d->patient_key);
}

/* Which study and which patient a film is of. */
static void read_origin(dicom *d, const element *e) {
    switch (e->tag) {
    case TAG(0x0008, 0x0020): d->origin.date = terms_calendar(e->value, e->length); break;
    case TAG(0x0020, 0x000d): {
        const uint64_t key = terms_checksum(0, e->tag, e->value, e->length);
        if (key)
            write_key(d->origin.study, key);
        break;
    }
    case TAG(0x0010, 0x0020):
    case TAG(0x0010, 0x0021):
    case TAG(0x0010, 0x0030): read_patient(d, e); break;
    default: break;
    }
}

static const double MOST_RESCALE = 1e30; /* no detector has larger numbers, or a slope of 0 */

static void read_picture(dicom *d, const cursor *c, const element *e) {
    double slope;
    switch (e->tag) {
    case TAG(0x0028, 0x0002):
        d->samples = number16(c, e);
        d->has_samples = e->length >= 2;
        break;
    case TAG(0x0028, 0x0004): /* the samples of a pixel stand earlier in the file */
        d->photometric = terms_photometric(e->value, e->length, d->has_samples ? d->samples : 1);
        break;
    case TAG(0x0028, 0x0008): {
        double frames = decimal(e, 0);
        d->frames = isfinite(frames) && fabs(frames) < 1e15 && frames != 0 ? (int64_t)frames : 1;
        break;
    }
    case TAG(0x0028, 0x0006): d->is_planar = number16(c, e) == 1; break;
    case TAG(0x0028, 0x0010): d->rows = number16(c, e); break;
    case TAG(0x0028, 0x0011): d->columns = number16(c, e); break;
    case TAG(0x0028, 0x0100): d->bits_allocated = number16(c, e); break;
    case TAG(0x0028, 0x0101): d->bits_stored = number16(c, e); break;
    case TAG(0x0028, 0x0102):
        d->high_bit = number16(c, e);
        d->has_high_bit = e->length >= 2;
        break;
    case TAG(0x0028, 0x0103): d->is_signed = number16(c, e) == 1; break;
    case TAG(0x0028, 0x0120):
        d->padding = number16_signed(c, e, d->is_signed);
        d->has_padding = e->length >= 2;
        break;
    case TAG(0x0028, 0x0121):
        d->padding_limit = number16_signed(c, e, d->is_signed);
        d->has_padding_limit = e->length >= 2;
        break;
    case TAG(0x0028, 0x1050): read_windows(d, e, d->facts.window_centres); break;
    case TAG(0x0028, 0x1051): read_windows(d, e, d->facts.window_widths); break;
    case TAG(0x0028, 0x1052): d->intercept = fabs(decimal(e, 0)) < MOST_RESCALE ? decimal(e, 0) : d->intercept; break;
    case TAG(0x0028, 0x1053):
        slope = fabs(decimal(e, 0));
        d->slope = slope > 1 / MOST_RESCALE && slope < MOST_RESCALE ? decimal(e, 0) : d->slope;
        break;
    case TAG(0x0028, 0x1056):
        d->function = has_word(e, "SIGMOID")        ? DICOM_SIGMOID
                      : has_word(e, "LINEAR_EXACT") ? DICOM_LINEAR_EXACT
                                                    : DICOM_LINEAR;
        break;
    default: break;
    }
}

pneumoscope_status attributes_read(dicom *d, const cursor *c, const element *e, detail *why) {
    switch (e->tag) {
    case TAG(0x0028, 0x3000): return first_item(d, c, e, modality_lut_element, why);
    case TAG(0x0028, 0x3010): return first_item(d, c, e, voi_lut_element, why);
    case TAG(0x0054, 0x0220): return first_item(d, c, e, view_code_element, why);
    default: break;
    }
    if (!e->is_sequence) {
        read_words(d, e);
        read_geometry(d, e);
        read_origin(d, e);
        read_picture(d, c, e);
    }
    return PNEUMOSCOPE_OK;
}

/* The age in whole years, or from months for a child under two, as PatientAge gives it. NaN if the dates do not tell.
 */
static float age_by_dates(int32_t born, int32_t studied) {
    const double years = (studied - born) / 365.25;
    if (born == 0 || studied == 0 || years < 0 || years > 130)
        return NAN;
    return (float)(years < 2 ? floor(years * 12) / 12 : floor(years));
}

void attributes_settle(dicom *d) {
    d->samples = d->has_samples ? d->samples : 1;
    d->bits_stored = d->bits_stored ? d->bits_stored : d->bits_allocated;
    d->high_bit = d->has_high_bit ? d->high_bit : d->bits_stored - 1;
    tables_settle(d, &d->modality_lut);
    tables_settle(d, &d->voi_lut);
    if (d->samples > 1) { /* only monochrome pictures have a grey scale */
        d->facts.nwindows = 0;
        d->modality_lut.entries = d->voi_lut.entries = NULL;
        d->slope = 1;
        d->intercept = 0;
        d->is_signed = false;
    }
    if (d->is_animal) /* an animal's chest does not count as a chest */
        d->facts.body_part = "OTHER";
    if (!d->facts.view && d->says_lateral)
        d->facts.view = "LATERAL";
    if (isnan(d->facts.age_years))
        d->facts.age_years = age_by_dates(d->born, d->studied);
    d->facts.bits = d->bits_stored;
    d->facts.nframes = d->frames > 1 ? d->frames < UINT32_MAX ? (uint32_t)d->frames : UINT32_MAX : 1;
    d->facts.inverted = d->photometric == DICOM_MONOCHROME1 || d->inverse;
}
