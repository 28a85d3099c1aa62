/* The scope check: how far a film's features lie from those of the films that the model learned from.
 *
 *     score = (residual * |rest|^2 + sum over i of (weight[i] + residual) * (basis[i] . x)^2) / limit,
 *     x = features - mean, rest = x - sum over i of (basis[i] . x) basis[i]
 *
 * The features are the classifier's input, so no second network is needed. A film with a score above 1 is out of scope.
 * With weight[i] = 1 / lambda[i] - 1 / sigma^2 and residual = 1 / sigma^2 it is the Mahalanobis distance of
 * probabilistic principal components: Tipping and Bishop, 1999. (residual * |x|^2 + sum of weight[i] * (basis[i] . x)^2
 * is the same number as a difference of two that may be ten thousand times as large.)
 *
 * Tensors of the model file, all or none: scope.mean [nfeatures], scope.basis [k][nfeatures], scope.weight [k],
 * k 1..256.
 * __metadata__:
 *   scope_limit       above 0
 *   scope_residual    optional, 0 or more, default 0 */
#ifndef PNEUMOSCOPE_SCOPE_H
#define PNEUMOSCOPE_SCOPE_H

#include "model/model.h"

enum { SCOPE_MAX_DIRECTIONS = 256 };

typedef struct scope {
    double *x; /* f64[nfeatures], overwritten by scope_score, then the statistics; NULL: the file has none */
    float *mean, *basis, *weight;
    size_t nfeatures, k;
    double residual, limit;
} scope;

/* BAD_MODEL, UNSUPPORTED_MODEL or NO_MEMORY. */
pneumoscope_status scope_open(scope *out, const model *m, uint32_t nfeatures, detail *why);

/* Also safe on a zeroed scope and after scope_open failed. */
void scope_close(scope *);

/* features: f32[nfeatures]. NaN if the file has no statistics. */
double scope_score(scope *, const float *features);

#endif
