/* Reads a film: from pixels to the network's input to findings. A reading owns the model, the network and all buffers.
 * pneumoscope.c checks the callers' arguments. */
#ifndef PNEUMOSCOPE_READING_H
#define PNEUMOSCOPE_READING_H

#include "findings/findings.h"
#include "image/image.h"
#include "model/model.h"
#include "network/network.h"

typedef struct reading {
    model model;
    judge judge;
    network *network; /* NULL: not open */
    float *heatmap;   /* f32[feature_side][feature_side] */
    float *input;     /* f32[input_side][input_side] */
    uint32_t view_side;
    float *view_grey; /* f32[view_side][view_side]. It and `view` are NULL if view_side is 0 */
    uint16_t *view;
    bool skips_view, reads_anyway;
    void *scratch;
} reading;

/* Takes all the memory for judging. operating_point: NULL is the model's first. On failure *out is closed. */
pneumoscope_status reading_open(reading *out, const void *model_file, size_t nbytes, uint32_t nthreads,
                                uint32_t view_side, const char *operating_point, detail *why);

/* Also safe on a zeroed or closed reading. */
void reading_close(reading *);

/* Judges a film. decode_ms is the time of its decoding. The reading owns the memory behind the pointers in *out, and
 * keeps it until it judges again. */
pneumoscope_status reading_judge(reading *, const image *film, double decode_ms, pneumoscope_findings *out,
                                 detail *why);

double reading_now_ms(void);

#endif
