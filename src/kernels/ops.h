/* The operators of a network. A backend is a table of function pointers to them.
 *
 * In f32, activations are f32[height][width][channels] (NHWC, batch 1), 64-byte aligned, with OPS_PADDING readable
 * bytes after them. In eight bits they are u8 of 0..127 in panels (panels.h), with the same alignment and padding. An
 * operator is made once, with its buffers. To run it allocates nothing. */
#ifndef PNEUMOSCOPE_OPS_H
#define PNEUMOSCOPE_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPS_ALIGNMENT = 64, OPS_PADDING = 128 }; /* kernels may read, never write, past the end */

typedef enum ops_status { OPS_OK, OPS_NO_MEMORY, OPS_UNSUPPORTED } ops_status;

/* A square-kernel convolution followed by ReLU6 or nothing. Output side: (side + pad_before + pad_after - kernel) /
 * stride + 1. A depthwise convolution treats each channel by itself (then nin == nout); others add over all channels.
 */
typedef struct convolution {
    uint32_t side; /* input height and width, pixels */
    uint32_t nin, nout;
    uint32_t kernel, stride;
    uint32_t pad_before, pad_after; /* zeros above and left, below and right */
    bool depthwise;
    bool relu6;
} convolution;

static inline uint32_t convolution_output_side(const convolution *c) {
    return (c->side + c->pad_before + c->pad_after - c->kernel) / c->stride + 1;
}

/* A convolution of integers. With q the input's values and sum = bias + sum over weight * q, its output is
 * clamp(nearest_even(sum * multiplier) + zero point, 0, 127). The zero point is 0 with ReLU6 and 64 without. The
 * product and its rounding are IEEE single precision, so all backends give the same bits. Outside the image a depthwise
 * input is 0. */
typedef struct convolution8 {
    convolution shape;
    const int8_t *weight;    /* s8[nout][nin][kernel][kernel], or s8[nout][1][kernel][kernel] if depthwise */
    const int32_t *bias;     /* s32[nout], with the input's zero point; no sum overflows s32 */
    const float *multiplier; /* f32[nout]; no product exceeds 2^22 */
} convolution8;

/* A backend's threads, and what else its operators share. */
typedef struct ops_context ops_context;

/* A convolution with packed weights and fixed buffers. Each kernel has a struct that begins with this one. */
typedef struct ops_convolution ops_convolution;
struct ops_convolution {
    void (*run)(ops_convolution *);
    void (*free)(ops_convolution *);
};

typedef struct ops {
    const char *name;

    /* nthreads counts the calling thread. */
    ops_status (*open)(ops_context **out, uint32_t nthreads);
    void (*close)(ops_context *);
    uint32_t (*nthreads)(const ops_context *);

    /* Whether operators run on all threads from now on, as they do at first, or on the caller's thread alone. */
    void (*use_threads)(ops_context *, bool all);

    /* For tests: whether the eight-bit operators made from now on add in sums of 16 bits, or of 32. `open` chooses what
     * is faster on this machine. The results are the same. A backend with one kind of sum ignores it. */
    void (*use_narrow_sums)(ops_context *, bool narrow);

    /* weight: f32[nout][nin][kernel][kernel], or f32[nout][1][kernel][kernel] if depthwise; bias: f32[nout]. The
     * caller may free both after the call. It owns input and output; they must outlive the operator. */
    ops_status (*make_convolution)(ops_convolution **out, ops_context *, const convolution *, const float *weight,
                                   const float *bias, const float *input, float *output);

    /* In eight bits: a convolution over all channels and the depthwise one after it, as one operator. The tensor
     * between them stays in the caches. `wide` is the stem (3x3 over one channel; input: padded s16, see panels.h) or
     * an expansion (1x1; input: panels). output: panels. */
    ops_status (*make_filter)(ops_convolution **out, ops_context *, const convolution8 *wide,
                              const convolution8 *depthwise, const void *input, uint8_t *output);

    /* In eight bits: a 1x1 convolution of panels. addend: NULL, or panels of the output's shape for the shortcut of an
     * inverted residual; then output = clamp(addend + output - 64, 0, 127). */
    ops_status (*make_pointwise)(ops_convolution **out, ops_context *, const convolution8 *, const uint8_t *input,
                                 const uint8_t *addend, uint8_t *output);

    /* accumulator[i] += addend[i]: the shortcut of an inverted residual. */
    void (*add)(float *accumulator, const float *addend, size_t n);

    /* f32[npositions][nchannels] -> f32[nchannels]: global average pooling. */
    void (*mean)(const float *input, size_t npositions, size_t nchannels, float *output);

    /* output[o] = bias[o] + sum over i of weight[o][i] * input[i] */
    void (*linear)(const float *input, size_t nin, size_t nout, const float *weight, const float *bias, float *output);
} ops;

/* Plain loops on one thread. Tests compare the other backend with it. */
extern const ops ops_reference;

/* For each operator the fastest kernel, on pthreadpool's threads. */
extern const ops ops_fast;

/* The backend of the program's readers. A program links one of two files that define it: fast.c answers ops_fast,
 * and reference/backend.c answers ops_reference, for the oracle and for the fuzzers. */
const ops *ops_backend(void);

#endif
