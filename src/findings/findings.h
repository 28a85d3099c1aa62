/* From logits to findings: probability, decision, class-activation map.
 *
 * __metadata__ of the model file, besides what model.h, rules.h and scope.h list:
 *   classes             JSON list of one or two names, one for each logit; one is "pneumonia"
 * The log-odds of pneumonia are z[pneumonia] - z[other], or z[pneumonia] if it is the only class. The probability is
 * sigmoid(scale * log-odds + bias): Platt, 1999. */
#ifndef PNEUMOSCOPE_FINDINGS_H
#define PNEUMOSCOPE_FINDINGS_H

#include "findings/rules.h"
#include "findings/scope.h"
#include "model/model.h"
#include "network/network.h"

#include <stdbool.h>

typedef struct judge {
    uint32_t pneumonia; /* index of its logit */
    uint32_t other;     /* index of the other logit, if nclasses is 2 */
    uint32_t nclasses;
    rules rules;
    size_t in_force;             /* index of the operating point that decides, the same in every rule */
    pneumoscope_patient patient; /* the group that the caller has chosen */
    scope scope;
} judge;

/* operating_point: NULL is the model's first. nfeatures is the network's. BAD_MODEL or UNSUPPORTED_MODEL if the
 * metadata describe no pneumonia classifier; BAD_ARGUMENT if the model has no operating point of this name. */
pneumoscope_status judge_open(judge *out, const model *m, uint32_t nfeatures, const char *operating_point, detail *why);

/* Also safe on a zeroed judge and after judge_open failed. */
void judge_close(judge *);

/* What the film's file and pixels say, without the network. */
typedef struct film_facts {
    uint32_t width, height; /* upright, in pixels */
    uint32_t bits;          /* per sample as stored */
    uint32_t warnings;      /* of its file and its pixels: pneumoscope_warning */
    uint32_t scope_reasons; /* of its file: pneumoscope_scope */
    uint32_t input_side;    /* of the network, in pixels */
    bool blank;             /* the picture shows nothing */
    float age_years;        /* of the patient, from the file; NaN: unknown */
    bool reads_anyway;      /* pneumoscope_read_anyway is on */
} film_facts;

/* Fills the findings about the film, from `decision` to `bits`. No other function fills these. BAD_MODEL if the weights
 * give no finite number. */
pneumoscope_status judge_film(judge *, const network *, const film_facts *, pneumoscope_findings *out, detail *why);

/* The decision that follows from probability, band, threshold and scope_reasons. */
pneumoscope_decision judge_rule(const pneumoscope_findings *);

/* Class-activation map (Zhou et al., 2016), f32[feature_side][feature_side] in log-odds. The classifier is applied to
 * each place of the last feature map, not to the mean over all places. The map's mean plus the bias is the logit. */
void judge_heatmap(const judge *, const network *, float *heatmap);

#endif
