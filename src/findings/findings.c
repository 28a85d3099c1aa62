#include "findings/findings.h"

#include "model/json.h"

#include <math.h>
#include <string.h>

static pneumoscope_status read_classes(judge *out, const char *classes, detail *why) {
    json j;
    jsmntok_t tokens[3];
    bool found = false, list = json_parse_into(&j, classes, strlen(classes), tokens, 3) == JSON_OK &&
                               tokens[0].type == JSMN_ARRAY && tokens[0].size == (int)out->nclasses;
    for (int i = 1; list && i < j.ntokens; i++) {
        if (json_is(&j, i, "pneumonia")) {
            out->pneumonia = (uint32_t)(i - 1);
            found = true;
        }
    }
    out->other = 1 - out->pneumonia;
    if (!found)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                           "The model file's classes are \"%.60s\" for %u logits; one or two with \"pneumonia\" among "
                           "them are read.",
                           classes, out->nclasses);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status judge_open(judge *out, const model *m, uint32_t nfeatures, const char *operating_point,
                              detail *why) {
    *out = (judge){.nclasses = m->nclasses};
    const char *classes = model_text(m, "classes");
    if (!classes)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's metadata lack \"classes\".");
    pneumoscope_status status = read_classes(out, classes, why);
    if (!status)
        status = rules_read(&out->rules, m, why);
    if (!status)
        status = operating_points_choose(&out->rules.of[0].points, operating_point, &out->in_force, why);
    if (!status)
        status = scope_open(&out->scope, m, nfeatures, why);
    return status;
}

void judge_close(judge *j) { scope_close(&j->scope); }

static float sigmoid(float x) {
    return x >= 0 ? 1.0f / (1.0f + expf(-x)) : expf(x) / (1.0f + expf(x)); /* neither branch overflows */
}

pneumoscope_decision judge_rule(const pneumoscope_findings *f) {
    if (f->scope_reasons)
        return PNEUMOSCOPE_OUT_OF_SCOPE;
    if (f->probability >= f->uncertain_low && f->probability < f->uncertain_high)
        return PNEUMOSCOPE_UNCERTAIN;
    return f->probability >= f->threshold ? PNEUMOSCOPE_PNEUMONIA : PNEUMOSCOPE_NORMAL;
}

static uint32_t warnings_of(const film_facts *film) {
    const struct {
        bool holds;
        uint32_t warning;
    } list[] = {
        {film->width < film->input_side || film->height < film->input_side, PNEUMOSCOPE_WARNING_LOW_RESOLUTION},
        {film->width / 2 > film->height || film->height / 2 > film->width, PNEUMOSCOPE_WARNING_ASPECT},
        {film->blank, PNEUMOSCOPE_WARNING_NO_CONTRAST},
    };
    uint32_t warnings = film->warnings;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        warnings |= list[i].holds ? list[i].warning : 0;
    return warnings;
}

/* Reasons that a person may overrule. A file often says something else than the picture shows. */
static const uint32_t OVERRULABLE = PNEUMOSCOPE_SCOPE_VIEW | PNEUMOSCOPE_SCOPE_BODY_PART | PNEUMOSCOPE_SCOPE_AGE;

static uint32_t scope_reasons_of(const film_facts *film, float score) {
    const bool is_small = film->width < PNEUMOSCOPE_LEAST_SIDE || film->height < PNEUMOSCOPE_LEAST_SIDE;
    return film->scope_reasons | (film->blank ? PNEUMOSCOPE_SCOPE_BLANK : 0u) |
           (score > 1.0f ? PNEUMOSCOPE_SCOPE_UNLIKE_TRAINING : 0u) | (is_small ? PNEUMOSCOPE_SCOPE_TOO_SMALL : 0u);
}

pneumoscope_status judge_film(judge *j, const network *n, const film_facts *film, pneumoscope_findings *out,
                              detail *why) {
    const float *logits = network_logits(n);
    out->patient = rules_patient(&j->rules, j->patient, film->age_years);
    const rule *by = &j->rules.of[out->patient];
    const pneumoscope_operating_point *point = &by->points.list[j->in_force];
    out->logit = logits[j->pneumonia] - (j->nclasses == 2 ? logits[j->other] : 0.0f);
    if (!isfinite(out->logit))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model's weights give no finite logit for this film.");
    out->probability = sigmoid(by->calibration_scale * out->logit + by->calibration_bias);
    out->threshold = point->threshold;
    out->uncertain_low = point->uncertain_low;
    out->uncertain_high = point->uncertain_high;
    out->scope_score = (float)scope_score(&j->scope, network_pooled(n));
    const uint32_t reasons = scope_reasons_of(film, out->scope_score);
    out->overruled = film->reads_anyway ? reasons & OVERRULABLE : 0;
    out->scope_reasons = reasons & ~out->overruled;
    out->decision = judge_rule(out);
    out->warnings = warnings_of(film);
    out->width = film->width;
    out->height = film->height;
    out->bits = film->bits;
    return PNEUMOSCOPE_OK;
}

void judge_heatmap(const judge *j, const network *n, float *heatmap) {
    const float *row = network_classifier_row(n, j->pneumonia), *features = network_features(n);
    const float *other = j->nclasses == 2 ? network_classifier_row(n, j->other) : NULL;
    size_t side = network_feature_side(n), nfeatures = network_nfeatures(n);
    for (size_t place = 0; place < side * side; place++, features += nfeatures) {
        float sums[4] = {0}; /* four sums: an addition need not wait for the one before */
        for (size_t i = 0; i < nfeatures; i += 4)
            for (size_t lane = 0; lane < 4; lane++)
                sums[lane] += (row[i + lane] - (other ? other[i + lane] : 0.0f)) * features[i + lane];
        heatmap[place] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
}
