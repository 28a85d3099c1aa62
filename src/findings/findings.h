/* Logits -> what a reader is told: probability, decision, class-activation map.
 *
 * __metadata__ of the model file, besides what model.h, operating_points.h and scope.h list:
 *   classes             JSON list of names, one a logit; "pneumonia" among them, at most two in all
 *   calibration_scale   optional, default 1; above 0
 *   calibration_bias    optional, default 0
 * The log-odds of pneumonia are z[pneumonia] - z[other], or z[pneumonia] where it is the only class. The probability is
 * sigmoid(scale * log-odds + bias): Platt, 1999. */
#ifndef PNEUMOSCOPE_FINDINGS_H
#define PNEUMOSCOPE_FINDINGS_H

#include "findings/operating_points.h"
#include "findings/scope.h"
#include "model/model.h"
#include "network/network.h"

#include <stdbool.h>

typedef struct judge {
    uint32_t pneumonia; /* index of its logit */
    uint32_t other;     /* index of the other logit; only where nclasses is 2 */
    uint32_t nclasses;
    float calibration_scale, calibration_bias;
    operating_points points;
    size_t in_force; /* the point to decide by */
    scope scope;
} judge;

/* BAD_MODEL or UNSUPPORTED_MODEL where the metadata name no pneumonia classifier; BAD_ARGUMENT where they name no
 * operating point of this name. NULL stands for their first. nfeatures is the network's. */
pneumoscope_status judge_open(judge *out, const model *m, uint32_t nfeatures, const char *operating_point, detail *why);

/* Safe on a zeroed judge, and on one that judge_open refused. */
void judge_close(judge *);

/* What is known of a film beside what the network makes of it. */
typedef struct film_facts {
    uint32_t width, height; /* upright, in pixels */
    uint32_t bits;          /* per sample as stored */
    uint32_t warnings;      /* of its file and its pixels: pneumoscope_warning */
    uint32_t scope_reasons; /* of its file: pneumoscope_scope */
    uint32_t input_side;    /* of the network, in pixels */
    bool blank;             /* there is nothing to see */
} film_facts;

/* Fills everything of the findings that is said of the film, from decision to bits: the one place where it is. What
 * makes a film out of scope, and what is warned of, are lists. BAD_MODEL where the weights give no finite number. */
pneumoscope_status judge_film(judge *, const network *, const film_facts *, pneumoscope_findings *out, detail *why);

/* The rule itself, from probability, band, threshold and scope_reasons. */
pneumoscope_decision judge_rule(const pneumoscope_findings *);

/* Class-activation map (Zhou et al., 2016), f32[feature_side][feature_side] in log-odds: the classifier applied at each
 * place of the last feature map instead of to their mean. Its mean plus the bias is the logit, exactly. */
void judge_heatmap(const judge *, const network *, float *heatmap);

#endif
