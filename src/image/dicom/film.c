#include "image/dicom/film.h"

#include "image/dicom/dicom.h"

#include <stdlib.h>

pneumoscope_status dicom_probe(header *out, const uint8_t *file, size_t nbytes, detail *why) {
    dicom *d = out->parsed = malloc(sizeof *d);
    if (!d)
        return status_no_memory(why, "the DICOM file's header");
    pneumoscope_status status = dicom_parse(d, file, nbytes, out->max_pixels, why);
    if (!status)
        status = dicom_check(d, why);
    out->width = d->columns;
    out->height = d->rows;
    out->bits = d->bits_stored;
    out->orientation = d->facts.orientation;
    if (status)
        dicom_close(out);
    return status;
}

void dicom_close(header *opened) {
    if (opened->parsed)
        dicom_free(opened->parsed);
    free(opened->parsed);
    opened->parsed = NULL;
}

/* A film without samples: what the file says about it. */
static image described(const dicom *d, const dicom_range *range) {
    image film = {.width = d->columns,
                  .height = d->rows,
                  .nchannels = 1,
                  .depth = 16,
                  .white = 65535,
                  .aspect = d->aspect,
                  .warnings = dicom_warnings(d),
                  .scope_reasons = dicom_scope_reasons(d),
                  .facts = d->facts,
                  .origin = d->origin,
                  .window_low = range->low,
                  .window_high = range->high};
    film.facts.value_black = (float)range->black;
    film.facts.value_white = (float)range->white;
    return film;
}

pneumoscope_status dicom_decode(image *out, const uint8_t *file, size_t nbytes, const header *found, detail *why) {
    (void)file, (void)nbytes; /* the parsed file points into these bytes */
    dicom *d = found->parsed;
    size_t nbytes_of_samples = (size_t)d->rows * d->columns * sizeof(uint16_t);
    uint16_t *samples = malloc(nbytes_of_samples), *unwindowed = malloc(nbytes_of_samples);
    dicom_range range = {0};
    bool cuts = false;
    pneumoscope_status status =
        samples && unwindowed ? dicom_cells(d, samples, why) : status_no_memory(why, "the film's pixels");
    if (!status)
        status = dicom_grey(d, samples, unwindowed, &range, &cuts, why);
    if (status || !cuts) {
        free(unwindowed);
        unwindowed = NULL;
    }
    if (status) {
        free(samples);
        return status;
    }
    *out = described(d, &range);
    out->owned = samples;
    out->unwindowed = unwindowed;
    return PNEUMOSCOPE_OK;
}
