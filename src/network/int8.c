/* The network in eight bits. Turns the file's numbers into those of convolution8, and has the head.
 *
 * Results depend only on integers and on single IEEE operations in a fixed order, so logits have the same bits
 * everywhere. */
#include "kernels/panels.h"
#include "network/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t slot_nbytes(const network *n, slot s) {
    const plan *p = &n->plan;
    size_t places = (size_t)p->feature_side * p->feature_side, side = padded_side(p->input_side);
    size_t most = s == EXPANDED      ? side * side * sizeof(int16_t)
                  : s == DEQUANTISED ? places * p->nfeatures * sizeof(float)
                                     : 0;
    for (size_t i = 0; i < p->nlayers; i++) {
        const convolution *c = &p->layers[i].shape;
        size_t output_side = convolution_output_side(c), needed = panels_nbytes(output_side, c->nout);
        bool exists = i + 1 == p->nlayers || !p->layers[i + 1].shape.depthwise; /* otherwise inside an operator */
        if (p->layers[i].output == s && exists && needed > most)
            most = needed;
    }
    return most;
}

/* ---- operators ---- */

/* How a tensor of activations is quantised: real value = scale * (q - zero point). */
typedef struct quantisation {
    double scale;
    int32_t zero_point;
    int32_t most; /* |q| at most */
} quantisation;

/* A layer's numbers, allocated together behind `bias`. */
typedef struct numbers {
    convolution8 convolution;
    int32_t *bias;
    quantisation output;
} numbers;

/* Folds the input's zero point into the bias of channel `out`, and three scales into one multiplier. False if a weight
 * is -128, if a sum may overflow 32 bits, or if a product may be too large for exact rounding. Compilers vectorise the
 * loop: it reads two million weights before the first film. */
static bool settle_channel(numbers *l, size_t nweights, size_t out, const quantisation *input, double weight_scale,
                           float *multiplier) {
    const int8_t *weight = l->convolution.weight + out * nweights;
    int32_t sum = 0, magnitude = 0, most = 0; /* of a few thousand weights at most */
    for (size_t i = 0; i < nweights; i++) {
        int32_t size = abs(weight[i]);
        sum += weight[i];
        magnitude += size;
        most = most > size ? most : size;
    }
    int64_t bias = l->bias[out] - (int64_t)sum * input->zero_point;
    int64_t worst = llabs(bias) + (int64_t)magnitude * input->most;
    *multiplier = (float)(input->scale * weight_scale / l->output.scale);
    if (most > 127 || worst > INT32_MAX || !((double)worst * (double)*multiplier <= 0x1p22))
        return false;
    l->bias[out] = (int32_t)bias;
    return true;
}

/* The caller frees `bias` of the result. After a failure it is NULL. */
static pneumoscope_status read_layer(model *m, const layer *l, const quantisation *input, numbers *out, detail *why) {
    const convolution *c = &l->shape;
    size_t nin = c->depthwise ? 1 : c->nin, nout = c->nout;
    int32_t *bias = malloc(nout * (sizeof *bias + 2 * sizeof(float)));
    if (!bias)
        return status_no_memory(why, "the model's weights");
    float *multiplier = (float *)(bias + nout), *weight_scale = multiplier + nout, output_scale;
    *out = (numbers){.convolution = {.shape = *c, .bias = bias, .multiplier = multiplier}, .bias = bias};
    pneumoscope_status status = model_convolution8(m, l->prefix, l->index, c->nout, (uint32_t)nin, c->kernel,
                                                   &out->convolution.weight, bias, weight_scale, &output_scale, why);
    if (!status)
        out->output = (quantisation){(double)output_scale, c->relu6 ? 0 : INT8_ZERO_POINT, 127};
    for (size_t o = 0; o < nout && !status; o++)
        if (!settle_channel(out, nin * c->kernel * c->kernel, o, input, (double)weight_scale[o], &multiplier[o]))
            status =
                status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                            "The model file's layer %s%u has a weight of -128, or a bias or scales so large that sums "
                            "of its channel %zu may overflow.",
                            l->prefix, (unsigned)l->index, o);
    if (status) {
        free(bias);
        out->bias = NULL;
    }
    return status;
}

static pneumoscope_status make_pointwise(network *n, size_t index, const numbers *l8, detail *why) {
    const layer *l = &n->plan.layers[index];
    const void *addend = l->shortcut ? n->slots[plan_shortcut(l)] : NULL;
    ops_status made = n->ops->make_pointwise(&n->operators[index], n->context, &l8->convolution, n->slots[l->input],
                                             addend, n->slots[l->output]);
    return network_check_operator(n, l, made, why);
}

static pneumoscope_status make_filter(network *n, size_t index, const numbers *wide, const numbers *depthwise,
                                      detail *why) {
    const layer *l = &n->plan.layers[index];
    ops_status made = n->ops->make_filter(&n->operators[index + 1], n->context, &wide->convolution,
                                          &depthwise->convolution, n->slots[l[0].input], n->slots[l[1].output]);
    return network_check_operator(n, l, made, why);
}

/* Makes the operator of layer `index`. If the next layer is depthwise, it is in the operator too. `input` becomes the
 * quantisation of the operator's output. */
static pneumoscope_status make_operator(network *n, model *m, size_t index, quantisation *input, detail *why) {
    const layer *l = &n->plan.layers[index];
    bool pair = index + 1 < n->plan.nlayers && l[1].shape.depthwise;
    numbers first = {0}, second = {0};
    pneumoscope_status status = read_layer(m, l, input, &first, why);
    if (status)
        return status;
    if (pair)
        status = read_layer(m, l + 1, &first.output, &second, why);
    if (!status)
        status = pair ? make_filter(n, index, &first, &second, why) : make_pointwise(n, index, &first, why);
    *input = pair ? second.output : first.output;
    free(first.bias);
    free(second.bias);
    return status;
}

static pneumoscope_status make_operators(network *n, model *m, detail *why) {
    quantisation current = {1.0 / 255.0, 0, 255}; /* 2 * grey - 255 is 255 times the input in f32 */
    double block_scale = 0;
    pneumoscope_status status = PNEUMOSCOPE_OK;
    for (size_t i = 0; i < n->plan.nlayers && !status; i++) {
        const layer *l = &n->plan.layers[i];
        if (l->shape.depthwise)
            continue;
        status = make_operator(n, m, i, &current, why);
        if (!status && l->shortcut && current.scale != block_scale)
            status = status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                                 "The model file's layer %s%u has an output_scale of its own; its block's shortcut "
                                 "needs that of the block before.",
                                 l->prefix, (unsigned)l->index);
        if (!l->shape.relu6)
            block_scale = current.scale;
    }
    n->feature_scale = (float)current.scale;
    return status;
}

/* ---- running ---- */

/* 2 * round(255 * grey) - 255, with a border of zeros. To add 1.5 * 2^23 and subtract it again rounds to the nearest
 * integer, ties to even, on every machine. */
static void set_input(network *n, const float *grey) {
    size_t side = n->plan.input_side, padded = padded_side(side);
    int16_t *out = n->slots[EXPANDED];
    memset(out, 0, padded * padded * sizeof *out);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) {
            float level = grey[y * side + x] * 255.0f + 12582912.0f - 12582912.0f;
            level = level < 0.0f ? 0.0f : level > 255.0f ? 255.0f : level;
            out[(y + 1) * padded + x + 1] = (int16_t)(2 * (int)level - 255);
        }
}

static void run_layer(network *n, size_t index) {
    if (n->operators[index])
        n->operators[index]->run(n->operators[index]);
}

/* All channels of one place: features[c] = scale * q[c], sums[c] += q[c]. */
static void dequantise(const uint8_t *restrict quad, size_t nchannels, float scale, float *restrict features,
                       float *restrict sums) {
    for (size_t channel = 0; channel < nchannels; channel += QUAD, quad += (size_t)PANEL_POSITIONS * QUAD)
        for (size_t i = 0; i < QUAD; i++) {
            features[channel + i] = (float)quad[i] * scale;
            sums[channel + i] += (float)quad[i];
        }
}

/* Features in f32, their sums over all places, and the classifier, each in a fixed order. The sums are whole numbers
 * that float32 holds exactly. */
static void run_head(network *n) {
    const plan *p = &n->plan;
    size_t side = p->feature_side, places = side * side;
    memset(n->pooled, 0, p->nfeatures * sizeof *n->pooled);
    for (size_t place = 0; place < places; place++) {
        size_t at = panel_index(side, place / side, place % side, 0, p->nfeatures);
        dequantise((const uint8_t *)n->slots[EXPANDED] + at, p->nfeatures, n->feature_scale,
                   n->features + place * p->nfeatures, n->pooled);
    }
    for (size_t channel = 0; channel < p->nfeatures; channel++)
        n->pooled[channel] *= (float)((double)n->feature_scale / (double)places);
    for (uint32_t class = 0; class < p->nclasses; class ++) {
        const float *row = network_classifier_row(n, class);
        double logit = (double)network_classifier_bias(n, class);
        for (size_t i = 0; i < p->nfeatures; i++)
            logit += (double)row[i] * (double)n->pooled[i];
        n->logits[class] = (float)logit;
    }
}

const arithmetic arithmetic_int8 = {
    .features = DEQUANTISED,
    .slot_nbytes = slot_nbytes,
    .make_operators = make_operators,
    .set_input = set_input,
    .run_layer = run_layer,
    .run_head = run_head,
};
