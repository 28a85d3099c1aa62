/* Compiled without contraction to fused multiply-adds: the same features give the same score in every build. */
#include "findings/scope.h"

#include <math.h>
#include <stdlib.h>

/* Leaves k at 0 if the file holds none of the three tensors. */
static pneumoscope_status find_directions(scope *out, const model *m, detail *why) {
    const tensor *basis = safetensors_find(&m->file, "scope.basis");
    if (!basis && (safetensors_find(&m->file, "scope.mean") || safetensors_find(&m->file, "scope.weight")))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file lacks the tensor \"scope.basis\".");
    if (!basis)
        return PNEUMOSCOPE_OK;
    if (basis->ndimensions != 2 || basis->shape[0] < 1 || basis->shape[0] > SCOPE_MAX_DIRECTIONS)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's tensor \"scope.basis\" has %llu rows in %u dimensions; 1 to %d rows in 2 "
                           "would be right.",
                           (unsigned long long)(basis->ndimensions ? basis->shape[0] : 0), basis->ndimensions,
                           SCOPE_MAX_DIRECTIONS);
    out->k = (size_t)basis->shape[0];
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_statistics(scope *out, const model *m, detail *why) {
    const uint64_t shape[2] = {out->k, out->nfeatures};
    size_t nfloats = out->nfeatures + out->k * out->nfeatures + out->k;
    out->x = malloc(out->nfeatures * sizeof *out->x + nfloats * sizeof *out->mean);
    if (!out->x)
        return status_no_memory(why, "the model's scope statistics");
    out->mean = (float *)(out->x + out->nfeatures);
    out->basis = out->mean + out->nfeatures;
    out->weight = out->basis + out->k * out->nfeatures;
    pneumoscope_status status = model_floats(m, "scope.mean", shape + 1, 1, out->mean, why);
    if (!status)
        status = model_floats(m, "scope.basis", shape, 2, out->basis, why);
    if (!status)
        status = model_floats(m, "scope.weight", shape, 1, out->weight, why);
    return status;
}

pneumoscope_status scope_open(scope *out, const model *m, uint32_t nfeatures, detail *why) {
    *out = (scope){.nfeatures = nfeatures};
    pneumoscope_status status = find_directions(out, m, why);
    if (!status && out->k == 0)
        return PNEUMOSCOPE_OK;
    if (!status)
        status = model_number(m, "scope_residual", 0, 1e30, 0, &out->residual, why);
    if (!status)
        status = model_number(m, "scope_limit", 1e-30, 1e30, NAN, &out->limit, why);
    if (!status)
        status = read_statistics(out, m, why);
    return status;
}

void scope_close(scope *s) {
    free(s->x);
    *s = (scope){0};
}

/* Four sums, always in this order: an addition need not wait for the one before. nfeatures is a multiple of 8. */
static double dot(const float *direction, const double *x, size_t n) {
    double sums[4] = {0};
    for (size_t i = 0; i < n; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sums[lane] += (double)direction[i + lane] * x[i + lane];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double scope_score(scope *s, const float *features) {
    if (!s->x)
        return NAN;
    double along[SCOPE_MAX_DIRECTIONS], score = 0, squares = 0;
    for (size_t i = 0; i < s->nfeatures; i++)
        s->x[i] = (double)features[i] - (double)s->mean[i];
    for (size_t k = 0; k < s->k; k++) {
        along[k] = dot(s->basis + k * s->nfeatures, s->x, s->nfeatures);
        score += ((double)s->weight[k] + s->residual) * along[k] * along[k];
    }
    for (size_t k = 0; k < s->k; k++)
        for (size_t i = 0; i < s->nfeatures; i++)
            s->x[i] -= along[k] * (double)s->basis[k * s->nfeatures + i];
    for (size_t i = 0; i < s->nfeatures; i++)
        squares += s->x[i] * s->x[i];
    return (score + s->residual * squares) / s->limit;
}
