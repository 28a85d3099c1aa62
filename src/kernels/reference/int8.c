/* The eight-bit operators by the definitions of ops.h, in plain loops. Tests compare the kernels with them, bit for
 * bit. */
#include "kernels/panels.h"
#include "kernels/reference/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reference8 {
    ops_convolution base;
    convolution8 first, second; /* second: the depthwise one of a filter */
    const void *input;
    const uint8_t *addend;
    uint8_t *output;
    uint8_t *between; /* u8[positions][channels], the first one's output */
} reference8;

static int clamp(float value) { return value < 0.0f ? 0 : value > 127.0f ? 127 : (int)value; }

static int requantise(const convolution8 *c, uint32_t out, int32_t sum) {
    float zero_point = c->shape.relu6 ? 0.0f : (float)INT8_ZERO_POINT;
    return clamp(nearbyintf((float)sum * c->multiplier[out]) + zero_point);
}

/* The value of channel `in` at (y, x), in one of the layouts of an input. */
typedef int32_t (*reader)(const reference8 *, int64_t y, int64_t x, uint32_t in);

static int32_t read_padded(const reference8 *op, int64_t y, int64_t x, uint32_t in) {
    (void)in;
    return ((const int16_t *)op->input)[(size_t)(y + 1) * padded_side(op->first.shape.side) + (size_t)(x + 1)];
}

static int32_t read_panels(const reference8 *op, int64_t y, int64_t x, uint32_t in) {
    size_t at = panel_index(op->first.shape.side, (size_t)y, (size_t)x, in, op->first.shape.nin);
    return ((const uint8_t *)op->input)[at];
}

static int32_t read_between(const reference8 *op, int64_t y, int64_t x, uint32_t in) {
    return op->between[((size_t)y * op->second.shape.side + (size_t)x) * op->second.shape.nin + in];
}

static int convolve_at(const reference8 *op, const convolution8 *of, reader read, uint32_t row, uint32_t column,
                       uint32_t out) {
    const convolution *c = &of->shape;
    uint32_t nin = c->depthwise ? 1 : c->nin;
    int32_t sum = of->bias[out];
    for (uint32_t ky = 0; ky < c->kernel; ky++) {
        for (uint32_t kx = 0; kx < c->kernel; kx++) {
            int64_t y, x;
            if (!window_at(c, row, column, ky, kx, &y, &x))
                continue;
            const int8_t *weight = of->weight + weight_index(c, out, ky, kx);
            for (uint32_t in = 0; in < nin; in++)
                sum += weight[(size_t)in * c->kernel * c->kernel] * read(op, y, x, c->depthwise ? out : in);
        }
    }
    return requantise(of, out, sum);
}

static void run_filter(ops_convolution *base) {
    const reference8 *op = (const reference8 *)base;
    uint32_t side = convolution_output_side(&op->first.shape), nchannels = op->first.shape.nout;
    reader read = op->first.shape.kernel > 1 ? read_padded : read_panels;
    for (uint32_t i = 0; i < side * side; i++)
        for (uint32_t o = 0; o < nchannels; o++)
            op->between[i * nchannels + o] = (uint8_t)convolve_at(op, &op->first, read, i / side, i % side, o);
    side = convolution_output_side(&op->second.shape);
    for (uint32_t i = 0; i < side * side; i++)
        for (uint32_t o = 0; o < nchannels; o++)
            op->output[panel_index(side, i / side, i % side, o, nchannels)] =
                (uint8_t)convolve_at(op, &op->second, read_between, i / side, i % side, o);
}

static void run_pointwise(ops_convolution *base) {
    const reference8 *op = (const reference8 *)base;
    uint32_t side = convolution_output_side(&op->first.shape), nout = op->first.shape.nout;
    for (uint32_t i = 0; i < side * side; i++) {
        for (uint32_t o = 0; o < nout; o++) {
            int value = convolve_at(op, &op->first, read_panels, i / side, i % side, o);
            size_t at = panel_index(side, i / side, i % side, o, nout);
            if (op->addend)
                value = clamp((float)(value + op->addend[at] - INT8_ZERO_POINT));
            op->output[at] = (uint8_t)value;
        }
    }
}

static void free_convolution(convolution8 *c) {
    free((void *)c->weight);
    free((void *)c->bias);
    free((void *)c->multiplier);
}

static void free_reference(ops_convolution *base) {
    reference8 *op = (reference8 *)base;
    free_convolution(&op->first);
    free_convolution(&op->second);
    free(op->between);
    free(op);
}

static void *copy(const void *from, size_t nbytes) {
    void *to = malloc(nbytes);
    return to ? memcpy(to, from, nbytes) : NULL;
}

static bool copy_convolution(convolution8 *to, const convolution8 *from) {
    const convolution *c = &from->shape;
    size_t nweights = (size_t)c->nout * (c->depthwise ? 1 : c->nin) * c->kernel * c->kernel;
    *to = (convolution8){*c, copy(from->weight, nweights), copy(from->bias, c->nout * sizeof *from->bias),
                         copy(from->multiplier, c->nout * sizeof *from->multiplier)};
    return to->weight && to->bias && to->multiplier;
}

ops_status reference_filter_make(ops_convolution **out, ops_context *context, const convolution8 *wide,
                                 const convolution8 *depthwise, const void *input, uint8_t *output) {
    (void)context;
    reference8 *op = calloc(1, sizeof *op);
    if (!op)
        return OPS_NO_MEMORY;
    *op = (reference8){.base = {run_filter, free_reference}, .input = input, .output = output};
    op->between = malloc((size_t)depthwise->shape.side * depthwise->shape.side * depthwise->shape.nin);
    if (!op->between || !copy_convolution(&op->first, wide) || !copy_convolution(&op->second, depthwise)) {
        free_reference(&op->base);
        return OPS_NO_MEMORY;
    }
    *out = &op->base;
    return OPS_OK;
}

ops_status reference_pointwise_make(ops_convolution **out, ops_context *context, const convolution8 *c,
                                    const uint8_t *input, const uint8_t *addend, uint8_t *output) {
    (void)context;
    reference8 *op = calloc(1, sizeof *op);
    if (!op)
        return OPS_NO_MEMORY;
    *op = (reference8){.base = {run_pointwise, free_reference}, .input = input, .addend = addend, .output = output};
    if (!copy_convolution(&op->first, c)) {
        free_reference(&op->base);
        return OPS_NO_MEMORY;
    }
    *out = &op->base;
    return OPS_OK;
}
