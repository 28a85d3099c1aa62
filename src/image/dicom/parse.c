#include "image/dicom/dicom.h"

#include "bytes.h"
#include "image/dicom/words.h"
#include "image/stb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* PS3.5: a data set is a list of elements, each a tag, a VR (in explicit syntaxes), a length and a value; a value may
 * be a sequence of items, which are data sets again. Only a few elements of the outermost data set are wanted and the
 * first items of three sequences. What lies in other sequences is stepped over: by its length, or, where that is
 * undefined, by counting how deep the walk has gone, so that no nesting is too deep. */

#define TAG(group, element) ((uint32_t)(group) << 16 | (element))

enum { UNDEFINED = 0xffffffff };
enum { ITEM = TAG(0xfffe, 0xe000), ITEM_END = TAG(0xfffe, 0xe00d), SEQUENCE_END = TAG(0xfffe, 0xe0dd) };
enum { PIXEL_DATA = TAG(0x7fe0, 0x0010) };
enum { FIRST_PART_NBYTES = 1 << 18, MOST_HEADER_NBYTES = 1 << 25 }; /* of a deflated data set */

/* A stretch of a data set to walk over. */
typedef struct cursor {
    const uint8_t *data;
    size_t at, end;
    uint64_t wanted; /* where a walk that was cut short would have gone to */
    bool big_endian, is_explicit;
} cursor;

typedef struct element {
    uint32_t tag, length; /* UNDEFINED among them */
    bool is_sequence;     /* its VR says so, or its length is undefined */
    bool is_unknown;      /* VR UN: what an undefined length holds is implicit little endian (PS3.5, 6.2.2) */
    const uint8_t *value;
    const uint8_t *vr; /* two letters; NULL where types are implicit */
} element;

/* What to do with an element of the outermost data set, or of an item that is read. */
typedef pneumoscope_status (*handler)(dicom *, const cursor *, const element *, detail *why);

static uint32_t read16(const cursor *c, size_t at) { return c->big_endian ? be16(c->data + at) : le16(c->data + at); }
static uint32_t read32(const cursor *c, size_t at) { return c->big_endian ? be32(c->data + at) : le32(c->data + at); }

uint32_t dicom_u16(const dicom *d, const uint8_t *at) { return d->big_endian ? be16(at) : le16(at); }
uint32_t dicom_u32(const dicom *d, const uint8_t *at) { return d->big_endian ? be32(at) : le32(at); }

static pneumoscope_status cut_short(cursor *c, uint64_t wanted, detail *why) {
    c->wanted = wanted;
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "truncated",
                         "The DICOM file is cut short: its %zu bytes end within an element.", c->end);
}

/* ---- elements ---- */

static bool is_vr(const uint8_t *at, const char *list) {
    for (; *list; list += 2)
        if (memcmp(at, list, 2) == 0)
            return true;
    return false;
}

static const char LONG_VRS[] = "OBODOFOLOVOWSQSVUCUNURUTUV"; /* two bytes of nothing, then a length of four */
static const char SHORT_VRS[] = "AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS";

/* Reads an element's head and moves the cursor to its value. */
static pneumoscope_status next_element(cursor *c, element *e, detail *why) {
    if (c->end - c->at < 8)
        return cut_short(c, c->at + 12, why);
    const uint8_t *vr = c->data + c->at + 4;
    *e = (element){.tag = TAG(read16(c, c->at), read16(c, c->at + 2))};
    if (c->is_explicit && e->tag >> 16 != 0xfffe) {
        e->vr = vr;
        bool is_long = is_vr(vr, LONG_VRS);
        if (!is_long && !is_vr(vr, SHORT_VRS))
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                                 "The DICOM file is damaged: the element (%04x,%04x) at byte %zu has no known type.",
                                 e->tag >> 16, e->tag & 0xffff, c->at);
        if (is_long && c->end - c->at < 12)
            return cut_short(c, c->at + 12, why);
        e->is_sequence = is_vr(vr, "SQ");
        e->is_unknown = is_vr(vr, "UN");
        e->length = is_long ? read32(c, c->at + 8) : read16(c, c->at + 6);
        c->at += is_long ? 12 : 8;
        if (e->length == UNDEFINED && !e->is_sequence && !e->is_unknown && e->tag != PIXEL_DATA)
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                                 "The DICOM file is damaged: the element (%04x,%04x) at byte %zu has no length.",
                                 e->tag >> 16, e->tag & 0xffff, c->at);
    } else {
        e->length = read32(c, c->at + 4);
        c->at += 8;
    }
    e->is_sequence |= e->length == UNDEFINED;
    e->value = c->data + c->at;
    if (e->length != UNDEFINED && e->length > c->end - c->at)
        return cut_short(c, (uint64_t)c->at + e->length, why);
    return PNEUMOSCOPE_OK;
}

/* Steps over what has an undefined length, to the delimiter of its own. */
static pneumoscope_status skip_undefined(cursor *c, bool is_unknown, detail *why) {
    bool was_explicit = c->is_explicit, was_big_endian = c->big_endian;
    size_t depth = 1, implicit_from = is_unknown ? 1 : 0; /* the depth at which an UN began; 0: in none */
    if (is_unknown)
        c->is_explicit = c->big_endian = false;
    while (depth > 0) {
        element e;
        pneumoscope_status status = next_element(c, &e, why);
        if (status)
            return status;
        if (e.tag == ITEM_END || e.tag == SEQUENCE_END) {
            if (implicit_from == depth--) {
                c->is_explicit = was_explicit;
                c->big_endian = was_big_endian;
                implicit_from = 0;
            }
        } else if (e.length != UNDEFINED) {
            c->at += e.length;
        } else {
            depth++;
            if (e.is_unknown && implicit_from == 0) {
                implicit_from = depth;
                c->is_explicit = c->big_endian = false;
            }
        }
    }
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status skip_value(cursor *c, const element *e, detail *why) {
    if (e->length == UNDEFINED)
        return skip_undefined(c, e->is_unknown, why);
    c->at += e->length;
    return PNEUMOSCOPE_OK;
}

/* Hands on the elements of a sequence's first item, those of its nested sequences left out. */
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
    pneumoscope_status status = next_element(&c, &item, why);
    if (status || item.tag != ITEM)
        return status;
    if (item.length != UNDEFINED)
        c.end = c.at + item.length;
    while (!status && c.end - c.at >= 8) {
        element inner;
        status = next_element(&c, &inner, why);
        if (!status && (inner.tag == ITEM_END || inner.tag == SEQUENCE_END))
            break;
        if (!status && !inner.is_sequence)
            status = handle(d, &c, &inner, why);
        if (!status)
            status = skip_value(&c, &inner, why);
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

/* The n-th of several decimal numbers (VR DS or IS); NaN where there is none. */
static double decimal(const element *e, size_t n) {
    const char *at = (const char *)e->value, *end = at + e->length;
    for (; n > 0 && at < end; at++)
        n -= *at == '\\';
    return n > 0 ? (double)NAN : words_decimal(at, (size_t)(end - at));
}

static bool has_word(const element *e, const char *word) { return words_equal(e->value, e->length, word); }

/* ---- lookup tables ---- */

static pneumoscope_status read_lut(const dicom *d, dicom_lut *lut, const cursor *c, const element *e) {
    size_t at = (size_t)(e->value - c->data);
    if (e->tag == TAG(0x0028, 0x3002) && e->length >= 6) {
        uint32_t first = read16(c, at + 2);
        lut->nentries = read16(c, at);
        lut->nentries = lut->nentries ? lut->nentries : 65536;
        lut->first = d->is_signed || (lut == &d->voi_lut && (d->intercept < 0 || d->slope < 0)) ? (int16_t)first
                                                                                                : (int32_t)first;
        lut->bits = read16(c, at + 4);
    } else if (e->tag == TAG(0x0028, 0x3006) && e->length > 0) {
        lut->entries = e->value;
        bool packed = lut->bits <= 8 && e->length == lut->nentries + lut->nentries % 2; /* a byte an entry, padded */
        lut->wide = !packed;
        uint32_t held = lut->wide ? e->length / 2 : e->length;
        lut->nentries = lut->nentries < held ? lut->nentries : held; /* what is missing at the end is its last entry */
    }
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status modality_lut_element(dicom *d, const cursor *c, const element *e, detail *why) {
    (void)why;
    return read_lut(d, &d->modality_lut, c, e);
}

static pneumoscope_status voi_lut_element(dicom *d, const cursor *c, const element *e, detail *why) {
    (void)why;
    return read_lut(d, &d->voi_lut, c, e);
}

/* A view that is told by a code and its meaning alone. */
static pneumoscope_status view_code_element(dicom *d, const cursor *c, const element *e, detail *why) {
    (void)c;
    (void)why;
    if (e->tag == TAG(0x0008, 0x0104) && !d->facts.view)
        d->facts.view = words_view_meaning(e->value, e->length);
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

/* Rows' direction and columns' direction in letters (PS3.3, C.7.6.1.1.1) -> the EXIF orientation that turns a chest
 * upright, its left to the right as if it faced the reader. */
static void read_orientation(dicom *d, const element *e) {
    const uint8_t *split = memchr(e->value, '\\', e->length);
    if (!split || split == e->value || split + 1 >= e->value + e->length)
        return;
    char across = (char)e->value[0], down = (char)split[1];
    static const struct {
        char across, down;
        uint32_t orientation;
    } list[] = {{'L', 'F', 1}, {'R', 'F', 2}, {'R', 'H', 3}, {'L', 'H', 4},
                {'F', 'L', 5}, {'H', 'L', 6}, {'H', 'R', 7}, {'F', 'R', 8}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].across == across && list[i].down == down)
            d->facts.orientation = list[i].orientation;
    bool sagittal = across == 'A' || across == 'P' || down == 'A' || down == 'P';
    if (sagittal && (down == 'H' || across == 'H' || across == 'F'))
        d->facts.orientation = down == 'H' ? 4 : across == 'F' ? 5 : 6;
    if (sagittal && !d->facts.view)
        d->facts.view = "LATERAL";
}

static void read_spacing(dicom *d, const element *e, double *row, double *column) {
    (void)d;
    double down = decimal(e, 0), across = decimal(e, 1);
    if (down > 0 && across > 0 && down < 1e6 && across < 1e6) {
        *row = down;
        *column = across;
    }
}

/* Elements that stand for words of ours. */
static void read_words(dicom *d, const element *e) {
    switch (e->tag) {
    case TAG(0x0008, 0x0016):
        d->is_image &= !words_names_no_image(e->value, e->length);
        d->is_secondary_capture |= words_names_secondary_capture(e->value, e->length);
        d->is_for_processing |= words_names_for_processing(e->value, e->length);
        break;
    case TAG(0x0008, 0x0060): d->facts.modality = words_modality(e->value, e->length); break;
    case TAG(0x0008, 0x0068): d->is_for_processing |= has_word(e, "FOR PROCESSING"); break;
    case TAG(0x0010, 0x0040): d->facts.sex = words_sex(e->value, e->length); break;
    case TAG(0x0010, 0x1010): d->facts.age_years = words_age(e->value, e->length); break;
    case TAG(0x0018, 0x0015): d->facts.body_part = words_body_part(e->value, e->length); break;
    case TAG(0x0018, 0x5101): {
        const char *view = words_view(e->value, e->length);
        d->facts.view = view ? view : d->facts.view;
        break;
    }
    case TAG(0x0020, 0x0060):
    case TAG(0x0020, 0x0062): d->facts.laterality = words_laterality(e->value, e->length); break;
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
    case TAG(0x0018, 0x1164): /* at the detector; the patient's own, where it is given, comes later and wins */
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

static void read_picture(dicom *d, const cursor *c, const element *e) {
    switch (e->tag) {
    case TAG(0x0028, 0x0002):
        d->samples = number16(c, e);
        d->has_samples = e->length >= 2;
        break;
    case TAG(0x0028, 0x0004): d->photometric = words_photometric(e->value, e->length); break;
    case TAG(0x0028, 0x0008): {
        double frames = decimal(e, 0);
        d->frames = isfinite(frames) && fabs(frames) < 1e15 ? (int64_t)frames : 1;
        break;
    }
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
    case TAG(0x0028, 0x1052): d->intercept = isfinite(decimal(e, 0)) ? decimal(e, 0) : d->intercept; break;
    case TAG(0x0028, 0x1053): d->slope = isfinite(decimal(e, 0)) ? decimal(e, 0) : d->slope; break;
    case TAG(0x0028, 0x1056):
        d->function = has_word(e, "SIGMOID")        ? DICOM_SIGMOID
                      : has_word(e, "LINEAR_EXACT") ? DICOM_LINEAR_EXACT
                                                    : DICOM_LINEAR;
        break;
    default: break;
    }
}

static pneumoscope_status outer_element(dicom *d, const cursor *c, const element *e, detail *why) {
    switch (e->tag) {
    case TAG(0x0028, 0x3000): return first_item(d, c, e, modality_lut_element, why);
    case TAG(0x0028, 0x3010): return first_item(d, c, e, voi_lut_element, why);
    case TAG(0x0054, 0x0220): return first_item(d, c, e, view_code_element, why);
    default: break;
    }
    if (!e->is_sequence) {
        read_words(d, e);
        read_geometry(d, e);
        read_picture(d, c, e);
    }
    return PNEUMOSCOPE_OK;
}

/* The pixels' element: native cells, or items up to a delimiter. The walk ends here: what follows are signatures and
 * padding, at most. */
static pneumoscope_status pixel_element(dicom *d, const cursor *c, const element *e, detail *why) {
    d->has_pixels = true;
    d->pixels = e->value;
    d->pixels_nbytes = e->length == UNDEFINED ? c->end - c->at : e->length;
    d->has_swapped_bytes = c->big_endian && d->bits_allocated == 8 && e->vr && is_vr(e->vr, "OW");
    bool encapsulated = e->length == UNDEFINED;
    if (encapsulated != (d->encoding != DICOM_NATIVE) && d->encoding != DICOM_NOT_READ)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                             "The DICOM file is damaged: its transfer syntax says that the pixels are %scompressed, "
                             "their element that they are %s.",
                             encapsulated ? "un" : "", encapsulated ? "compressed" : "not");
    return PNEUMOSCOPE_OK;
}

/* Where the zeros begin that fill the file up. */
static size_t content_end(const cursor *c) {
    size_t end = c->end;
    while (end > c->at && c->data[end - 1] == 0)
        end--;
    return end;
}

static pneumoscope_status walk(dicom *d, cursor *c, detail *why) {
    pneumoscope_status status = PNEUMOSCOPE_OK;
    const size_t end = content_end(c);
    while (!status && !d->has_pixels && c->at < end) {
        element e = {0};
        status = next_element(c, &e, why);
        if (!status && e.tag >> 16 == 0xfffe)
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, "corrupt",
                                 "The DICOM file is damaged: a delimiter stands at byte %zu, outside any sequence.",
                                 c->at);
        if (!status)
            status = e.tag == PIXEL_DATA ? pixel_element(d, c, &e, why) : outer_element(d, c, &e, why);
        if (!status && !d->has_pixels)
            status = skip_value(c, &e, why);
    }
    return status;
}

/* ---- preamble, meta header, transfer syntax ---- */

enum { PREAMBLE_NBYTES = 132 };

static bool has_preamble(const uint8_t *file, size_t nbytes) {
    return nbytes >= PREAMBLE_NBYTES && memcmp(file + 128, "DICM", 4) == 0;
}

/* Whether a data set begins here, and how it is written: by its first element, of group 2 or 8. */
static bool begins_data_set(const uint8_t *at, size_t nbytes, cursor *c) {
    if (nbytes < 16)
        return false;
    *c = (cursor){.data = at, .end = nbytes, .big_endian = at[0] == 0};
    uint32_t group = read16(c, 0), tag_element = read16(c, 2), length = read32(c, 4);
    if ((group != 0x0002 && group != 0x0008) || tag_element > 0x0100)
        return false;
    c->is_explicit = is_vr(at + 4, LONG_VRS) || is_vr(at + 4, SHORT_VRS);
    return c->is_explicit || (length <= 1024 && length <= nbytes - 8);
}

bool dicom_sniff(const uint8_t *file, size_t nbytes) {
    cursor c;
    return has_preamble(file, nbytes) || begins_data_set(file, nbytes, &c);
}

/* Reads the group 0x0002, always explicit little endian, as far as it goes, whatever length it says that it has. */
static pneumoscope_status read_meta(cursor *c, const dicom_syntax **syntax, detail *why) {
    pneumoscope_status status = PNEUMOSCOPE_OK;
    while (!status && c->end - c->at >= 8 && le16(c->data + c->at) == 0x0002) {
        element e = {0};
        status = next_element(c, &e, why);
        if (!status && e.tag == TAG(0x0002, 0x0010) && !e.is_sequence)
            *syntax = words_syntax(e.value, e.length);
        if (!status)
            status = skip_value(c, &e, why);
    }
    return status;
}

/* How a data set without a meta header is written is told by its first element. */
static void guess_syntax(cursor *c, const dicom_syntax **syntax) {
    cursor guess = {0};
    if (!begins_data_set(c->data + c->at, c->end - c->at, &guess))
        guess = (cursor){0}; /* little endian, implicit: PS3.5's default */
    *syntax = words_syntax_of(guess.is_explicit, guess.big_endian);
}

/* Inflates the data set that begins at the cursor: first a part that most headers fit into, then as much as the walk
 * wanted, so that a small file cannot ask for more memory than its picture. */
static pneumoscope_status walk_deflated(dicom *d, cursor *c, uint64_t max_pixels, detail *why) {
    const cursor deflated = *c;
    const dicom blank = *d;
    for (uint64_t capacity = FIRST_PART_NBYTES;;) {
        bool whole = false;
        *d = blank;
        d->inflated = stb_inflate(deflated.data + deflated.at, deflated.end - deflated.at, (size_t)capacity, &d->nbytes,
                                  &whole, why);
        if (!d->inflated)
            return why->text[0] ? PNEUMOSCOPE_BAD_IMAGE : PNEUMOSCOPE_NO_MEMORY;
        d->data = d->inflated;
        *c = (cursor){.data = d->inflated, .end = d->nbytes, .is_explicit = true};
        pneumoscope_status status = walk(d, c, why);
        if (whole || c->wanted == 0)
            return status;
        uint64_t npixels = (uint64_t)d->rows * d->columns;
        capacity = c->wanted > 2 * capacity ? c->wanted : 2 * capacity;
        dicom_free(d);
        if (npixels > max_pixels || capacity > MOST_HEADER_NBYTES + 2 * npixels)
            return status_refuse(why, PNEUMOSCOPE_IMAGE_TOO_LARGE, "too-large",
                                 "The DICOM file's deflated part holds far more than its picture of %u x %u pixels.",
                                 d->columns, d->rows);
    }
}

pneumoscope_status dicom_parse(dicom *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why) {
    cursor c = {
        .data = file, .at = has_preamble(file, nbytes) ? PREAMBLE_NBYTES : 0, .end = nbytes, .is_explicit = true};
    const dicom_syntax *syntax = NULL;
    *out = (dicom){.data = file, .nbytes = nbytes, .frames = 1, .aspect = 1, .slope = 1, .is_image = true};
    out->facts = (pneumoscope_film_facts){
        .kind = "dicom", .orientation = 1, .age_years = NAN, .spacing_mm = NAN, .modality = NULL};
    pneumoscope_status status = read_meta(&c, &syntax, why);
    if (!status && !syntax)
        guess_syntax(&c, &syntax);
    if (!status) {
        out->facts.transfer_syntax = syntax->uid;
        out->facts.lossy = syntax->lossy;
        out->encoding = syntax->encoding;
        out->big_endian = c.big_endian = syntax->big_endian;
        c.is_explicit = syntax->is_explicit;
        status = syntax->deflated ? walk_deflated(out, &c, max_pixels, why) : walk(out, &c, why);
    }
    if (status) {
        dicom_free(out);
        return status;
    }
    dicom *d = out;
    d->samples = d->has_samples ? d->samples : 1;
    d->bits_stored = d->bits_stored ? d->bits_stored : d->bits_allocated;
    d->high_bit = d->has_high_bit ? d->high_bit : d->bits_stored - 1;
    d->facts.bits = d->bits_stored;
    d->facts.nframes = d->frames > 1 ? d->frames < UINT32_MAX ? (uint32_t)d->frames : UINT32_MAX : 1;
    d->facts.inverted = d->photometric == DICOM_MONOCHROME1 || d->inverse;
    return PNEUMOSCOPE_OK;
}

void dicom_free(dicom *d) {
    if (d->inflated)
        bytes_wipe(d->inflated, d->nbytes);
    free(d->inflated);
    d->inflated = NULL;
}
