#include "image/dicom/dicom.h"

#include "image/formats.h"

#include <stdlib.h>

/* The row of formats.c. */

pneumoscope_status dicom_probe(header *out, const uint8_t *file, size_t nbytes, detail *why) {
    dicom d;
    pneumoscope_status status = dicom_parse(&d, file, nbytes, out->max_pixels, why);
    if (status)
        return status;
    status = dicom_check(&d, why);
    out->width = d.columns;
    out->height = d.rows;
    out->bits = d.bits_stored;
    out->orientation = d.facts.orientation;
    dicom_free(&d);
    return status;
}

pneumoscope_status dicom_decode(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    dicom d;
    pneumoscope_status status = dicom_parse(&d, file, nbytes, found->max_pixels, why);
    if (status)
        return status;
    size_t nbytes_of_samples = (size_t)d.rows * d.columns * sizeof(uint16_t);
    uint16_t *samples = malloc(nbytes_of_samples), *whole = malloc(nbytes_of_samples);
    dicom_range range = {0};
    bool cuts = false;
    status = samples && whole ? dicom_cells(&d, samples, why) : status_no_memory(why, "the film's pixels");
    if (!status)
        status = dicom_grey(&d, samples, whole, &range, &cuts, why);
    if (status || !cuts) {
        free(whole);
        whole = NULL;
    }
    if (status) {
        free(samples);
    } else {
        d.facts.value_black = (float)range.black;
        d.facts.value_white = (float)range.white;
        *out = (image){.width = d.columns,
                       .height = d.rows,
                       .nchannels = 1,
                       .depth = 16,
                       .white = 65535,
                       .aspect = d.aspect,
                       .warnings = dicom_warnings(&d),
                       .scope_reasons = dicom_scope_reasons(&d),
                       .facts = d.facts,
                       .owned = samples,
                       .whole = whole,
                       .window_low = range.low,
                       .window_high = range.high};
    }
    dicom_free(&d);
    return status;
}
