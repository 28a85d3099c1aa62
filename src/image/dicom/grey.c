#include "image/dicom/dicom.h"

#include <math.h>
#include <stdlib.h>

/* From stored values to greys, as the standard's display shows them: PS3.3, C.11.1 and C.11.2; PS3.4, N.2. A cell has
 * at most 16 bits, so one table maps cells to greys. */

int32_t dicom_stored_value(const dicom *d, uint32_t cell) {
    uint32_t value = cell >> (d->high_bit + 1 - d->bits_stored) & ((1u << d->bits_stored) - 1);
    uint32_t sign = 1u << (d->bits_stored - 1);
    return d->is_signed && value & sign ? (int32_t)value - (int32_t)(2 * sign) : (int32_t)value;
}

static bool is_padding(const dicom *d, int32_t value) {
    int32_t limit = d->has_padding_limit ? d->padding_limit : d->padding;
    int32_t low = d->padding < limit ? d->padding : limit, high = d->padding < limit ? limit : d->padding;
    return d->has_padding && value >= low && value <= high;
}

static uint32_t lut_entry(const dicom *d, const dicom_lut *lut, double value) {
    double index = floor(value + 0.5) - lut->first;
    size_t at = index <= 0 ? 0 : index >= lut->nentries ? lut->nentries - 1 : (size_t)index;
    return dicom_lut_entry(d, lut, at);
}

static double modality_value(const dicom *d, int32_t stored) {
    return d->modality_lut.entries ? lut_entry(d, &d->modality_lut, stored) : d->slope * stored + d->intercept;
}

/* ---- the values of interest: a window, a table, or the range that the film has ---- */

typedef struct window {
    dicom_function function;
    double centre, width;
} window;

static bool has_window(const dicom *d) {
    double width = d->facts.nwindows > 0 ? (double)d->facts.window_widths[0] : 0;
    return d->function == DICOM_LINEAR ? width >= 1 : width > 0;
}

/* 0..1 */
static double windowed(const window *w, double x) {
    double y;
    switch (w->function) {
    case DICOM_SIGMOID: return 1 / (1 + exp(-4 * (x - w->centre) / w->width));
    case DICOM_LINEAR_EXACT: y = (x - w->centre) / w->width + 0.5; break;
    default: y = w->width > 1 ? (x - (w->centre - 0.5)) / (w->width - 1) + 0.5 : x > w->centre - 0.5; break;
    }
    return y < 0 ? 0 : y > 1 ? 1 : y;
}

/* The film's least and greatest modality value, without padding. If they are the same, the greatest is one more. */
static void find_range(const dicom *d, const uint16_t *cells, double *low, double *high) {
    *low = HUGE_VAL;
    *high = -HUGE_VAL;
    for (size_t i = 0; i < (size_t)d->rows * d->columns; i++) {
        int32_t stored = dicom_stored_value(d, cells[i]);
        if (is_padding(d, stored))
            continue;
        double value = modality_value(d, stored);
        *low = value < *low ? value : *low;
        *high = value > *high ? value : *high;
    }
    if (!isfinite(*low))
        *low = *high = 0;
    *high = *low < *high ? *high : *low + 1;
}

static window window_of(double low, double high) { return (window){DICOM_LINEAR_EXACT, (low + high) / 2, high - low}; }

static double shown(const dicom *d, double grey) {
    bool inverted = d->photometric == DICOM_MONOCHROME1 || d->inverse;
    return inverted ? 1 - grey : grey;
}

static double table_grey(const dicom *d, double value) {
    return lut_entry(d, &d->voi_lut, value) / (double)d->voi_lut.white;
}

/* Maps cells to greys through a table. `w` is NULL for the VOI LUT. */
static void map_cells(const dicom *d, const window *w, uint16_t *table, const uint16_t *cells, uint16_t *out) {
    const size_t ncells = (size_t)1 << d->bits_allocated;
    for (uint32_t cell = 0; cell < ncells; cell++) {
        int32_t stored = dicom_stored_value(d, cell);
        double value = modality_value(d, stored);
        double grey = is_padding(d, stored) ? 0 : shown(d, w ? windowed(w, value) : table_grey(d, value));
        table[cell] = (uint16_t)(65535 * grey + 0.5);
    }
    for (size_t i = 0; i < (size_t)d->rows * d->columns; i++)
        out[i] = table[cells[i] & (ncells - 1)];
}

/* The edges of a linear window, as shares of the film's range. PS3.3, C.11.2.1.2.1: each edge of LINEAR is half of
 * width - 1 from the point half a value below the centre. */
static void find_edges(const window *w, double low, double high, bool inverted, dicom_range *out) {
    const bool exact = w->function != DICOM_LINEAR;
    const double centre = exact ? w->centre : w->centre - 0.5, half = exact ? w->width / 2 : (w->width - 1) / 2;
    const double from = (centre - half - low) / (high - low), to = (centre + half - low) / (high - low);
    out->low = inverted ? 1 - to : from;
    out->high = inverted ? 1 - from : to;
}

pneumoscope_status dicom_grey(const dicom *d, uint16_t *cells, uint16_t *unwindowed, dicom_range *out, bool *cuts,
                              detail *why) {
    uint16_t *table = malloc(((size_t)1 << d->bits_allocated) * sizeof *table);
    if (!table)
        return status_no_memory(why, "the film's grey scale");
    const bool inverted = shown(d, 0) > 0, by_table = !has_window(d) && d->voi_lut.entries;
    double low, high;
    find_range(d, cells, &low, &high);
    const window all = window_of(low, high);
    window w = all;
    *out = (dicom_range){inverted ? high : low, inverted ? low : high, 0, 1};
    *cuts = false;
    if (has_window(d))
        w = (window){d->function, (double)d->facts.window_centres[0], (double)d->facts.window_widths[0]};
    if (has_window(d) && d->function != DICOM_SIGMOID) {
        find_edges(&w, low, high, inverted, out);
        map_cells(d, &all, table, cells, unwindowed);
        *cuts = true;
    }
    if (by_table || (has_window(d) && d->function == DICOM_SIGMOID))
        out->black = out->white = (double)NAN; /* the greys do not lead back to values in a straight line */
    map_cells(d, by_table ? NULL : &w, table, cells, cells);
    free(table);
    return PNEUMOSCOPE_OK;
}
