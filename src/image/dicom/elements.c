#include "image/dicom/elements.h"

#include <string.h>

/* A data set is a list of elements. Each has a tag, a VR (in explicit syntaxes), a length and a value. A value may be a
 * sequence of items, and an item is a data set too. The walk skips sequences by their length. If the length is
 * undefined, it counts how deep it is, so no nesting is too deep. */

static pneumoscope_status cut_short(cursor *c, uint64_t wanted, detail *why) {
    c->wanted = wanted;
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_TRUNCATED,
                         "The DICOM file is cut short: its %zu bytes end within an element.", c->end);
}

bool elements_is_vr(const uint8_t *letters, const char *list) {
    for (; *list; list += 2)
        if (memcmp(letters, list, 2) == 0)
            return true;
    return false;
}

/* ---- how an element's head is written ---- */

static const char LONG_VRS[] = "OBODOFOLOVOWSQSVUCUNURUTUV"; /* two unused bytes, then a length of four bytes */
static const char SHORT_VRS[] = "AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS";

typedef enum form { FORM_IMPLICIT, FORM_LONG, FORM_SHORT, FORM_UNKNOWN } form;

static form form_of_vr(const uint8_t *letters) {
    return elements_is_vr(letters, LONG_VRS)    ? FORM_LONG
           : elements_is_vr(letters, SHORT_VRS) ? FORM_SHORT
                                                : FORM_UNKNOWN;
}

/* Some makers write "??", blanks, zeros or their own letters in place of a VR. */
static bool may_be_vr(const uint8_t *letters) {
    bool is_text = letters[0] >= ' ' && letters[0] <= '~' && letters[1] >= ' ' && letters[1] <= '~';
    return is_text || (letters[0] == 0 && letters[1] == 0);
}

static size_t head_nbytes(form f) { return f == FORM_LONG ? 12 : 8; }

static uint32_t length_at(const cursor *c, size_t at, form f) {
    return f == FORM_SHORT ? read16(c, at + 6) : read32(c, at + (f == FORM_LONG ? 8 : 4));
}

static uint32_t tag_at(const cursor *c, size_t at) { return TAG(read16(c, at), read16(c, at + 2)); }

static form guess_form(const cursor *c, size_t at, unsigned depth);

/* Whether an element makes sense if it is read in this form. Then it ends with the data set, or the next element
 * follows: a delimiter, a higher tag with a known VR, or a higher tag that makes sense in the same way. */
static bool leads_on(const cursor *c, size_t at, form f, unsigned depth) {
    if (c->end - at < head_nbytes(f) || (f == FORM_LONG && read16(c, at + 6) != 0))
        return false;
    if (f != FORM_IMPLICIT && !may_be_vr(c->data + at + 4))
        return false;
    const uint32_t length = length_at(c, at, f);
    const size_t value = at + head_nbytes(f), room = c->end - value;
    if (length == UNDEFINED)
        return room >= 8 && tag_at(c, value) >> 16 == 0xfffe;
    if (length >= room)
        return length == room;
    const size_t next = value + length;
    if (c->end - next < 8)
        return false;
    const uint32_t tag = tag_at(c, next);
    if (tag == ITEM || tag == ITEM_END || tag == SEQUENCE_END)
        return true;
    if (tag <= tag_at(c, at))
        return false;
    return form_of_vr(c->data + next + 4) != FORM_UNKNOWN || depth == 0 ||
           guess_form(c, next, depth - 1) != FORM_UNKNOWN;
}

/* The form of an element with an unknown VR: one of a later edition, a maker's own, or none at all. */
static form guess_form(const cursor *c, size_t at, unsigned depth) {
    for (form f = FORM_IMPLICIT; f < FORM_UNKNOWN; f++)
        if (leads_on(c, at, f, depth))
            return f;
    return FORM_UNKNOWN;
}

static form find_form(const cursor *c) {
    if (tag_at(c, c->at) >> 16 == 0xfffe)
        return FORM_IMPLICIT;
    const form by_vr = form_of_vr(c->data + c->at + 4);
    if (!c->is_explicit) {
        const uint32_t length = length_at(c, c->at, FORM_IMPLICIT);
        bool fits = length == UNDEFINED || length <= c->end - c->at - 8;
        return fits || by_vr == FORM_UNKNOWN ? FORM_IMPLICIT : by_vr;
    }
    return by_vr != FORM_UNKNOWN ? by_vr : guess_form(c, c->at, 2);
}

bool elements_recognise(cursor *c) {
    if (c->end - c->at < 8)
        return false;
    const uint8_t *head = c->data + c->at;
    if ((head[0] == 0) != (head[1] == 0)) /* groups of two digits come first */
        c->big_endian = head[0] == 0;
    c->is_explicit =
        form_of_vr(head + 4) != FORM_UNKNOWN || (c->is_explicit && guess_form(c, c->at, 2) != FORM_IMPLICIT);
    return true;
}

static pneumoscope_status bad_element(const element *e, size_t at, const char *lack, detail *why) {
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                         "The DICOM file is damaged: the element (%04x,%04x) at byte %zu has no %s.", e->tag >> 16,
                         e->tag & 0xffff, at, lack);
}

pneumoscope_status elements_next(cursor *c, element *e, detail *why) {
    const size_t at = c->at;
    if (c->end - at < 8)
        return cut_short(c, at + 12, why);
    *e = (element){.tag = tag_at(c, at)};
    const form f = find_form(c);
    if (f == FORM_UNKNOWN)
        return bad_element(e, at, "known type", why);
    if (c->end - at < head_nbytes(f))
        return cut_short(c, at + 12, why);
    e->length = length_at(c, at, f);
    if (f != FORM_IMPLICIT) {
        e->vr = c->data + at + 4;
        e->is_sequence = elements_is_vr(e->vr, "SQ");
        e->is_unknown = elements_is_vr(e->vr, "UN");
        if (e->length == UNDEFINED && !e->is_sequence && !e->is_unknown && e->tag != PIXEL_DATA &&
            form_of_vr(e->vr) != FORM_UNKNOWN)
            return bad_element(e, at, "length", why);
    }
    c->at += head_nbytes(f);
    e->is_sequence |= e->length == UNDEFINED;
    e->value = c->data + c->at;
    const size_t room = c->end - c->at;
    if (e->length == UNDEFINED || e->length <= room)
        return PNEUMOSCOPE_OK;
    if (e->tag != PIXEL_DATA)
        return cut_short(c, (uint64_t)c->at + e->length, why);
    c->wanted = (uint64_t)c->at + e->length;
    e->length = (uint32_t)room;
    return PNEUMOSCOPE_OK;
}

/* Skips a value of undefined length, up to its own delimiter. */
static pneumoscope_status skip_undefined(cursor *c, bool is_unknown, detail *why) {
    bool was_explicit = c->is_explicit, was_big_endian = c->big_endian;
    size_t depth = 1, implicit_from = is_unknown ? 1 : 0; /* the depth at which an UN began; 0: in none */
    if (is_unknown)
        c->is_explicit = c->big_endian = false;
    while (depth > 0) {
        element e;
        pneumoscope_status status = elements_next(c, &e, why);
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

pneumoscope_status elements_skip(cursor *c, const element *e, detail *why) {
    if (e->length == UNDEFINED)
        return skip_undefined(c, e->is_unknown, why);
    c->at += e->length;
    return PNEUMOSCOPE_OK;
}
