/* The stem or an expansion, and the depthwise convolution behind it, in eight bits.
 *
 * A task is four channels from one end to the other. Their planes, u8[side][side], come out of the matrix product as
 * they are, since the lanes of its sums are positions; the wide tensor between the two convolutions never exists. Each
 * plane is copied into a border of zeros, so that no edge is special. There four neighbouring pixels are what one lane
 * of a dot product takes: three weights and a zero give a row of the window, three such steps an output, and a load one
 * pixel further the outputs beside. The four filtered planes are then interleaved to panels.
 *
 * Planes of 112 x 112, the largest of the usual network, are 12.5 KB each; a thread's scratch stays in its second-level
 * cache, and in the first from the second stage on. */
#include "ops_int8_tile.h"

enum { TAPS = 3, SPILL = 64 }; /* bytes that loads and stores may touch behind a plane */

/* The weights of a stem's window as dot_s16 takes them, row by row: two columns, then the third and a zero. */
typedef struct stem_window {
    int16_t pairs[TAPS][2], rest[TAPS][2];
} stem_window;

typedef struct depthwise_window {
    packed_quad rows[TAPS];
    int32_t bias;
    float multiplier;
} depthwise_window;

typedef struct filter8 {
    ops_convolution base;
    pthreadpool_t pool;
    convolution wide, depthwise;
    packed_pointwise expansion; /* of the stem, only bias and multiplier */
    stem_window *stem;          /* [nout]; NULL for an expansion */
    depthwise_window *windows;  /* [nchannels] */
    rounding_terms rounding;
    const void *input;
    uint8_t *output;
    uint8_t *scratch; /* for each thread: four planes, then one within its border */
    size_t plane_nbytes, bordered_nbytes, pitch;
} filter8;

/* ---- the wide convolution, into four planes ---- */

static void expand(const filter8 *op, size_t group, uint8_t *planes) {
    size_t npanels = ((size_t)op->wide.side * op->wide.side + PANEL - 1) / PANEL;
    const uint8_t *panel = op->input;
    rounding r = load_rounding(&op->rounding);
    for (size_t i = 0; i < npanels; i++, panel += PANEL * op->wide.nin, planes += PANEL) {
        tile t = multiply_panel(&op->expansion, panel, group, r);
        vec_store_low_half(planes, t.first);
        vec_store_high_half(planes + op->plane_nbytes, t.first);
        vec_store_low_half(planes + 2 * op->plane_nbytes, t.second);
        vec_store_high_half(planes + 3 * op->plane_nbytes, t.second);
    }
}

/* Eight outputs of four channels from the rows of a frame, which begin at the window's upper left. */
static void run_stem_tile(const filter8 *op, size_t group, const int16_t *frame, size_t pitch, uint8_t *planes) {
    vec sums[QUAD][2];
    for (size_t o = 0; o < QUAD; o++)
        sums[o][0] = sums[o][1] = vec_splat(op->expansion.bias + group * QUAD + o);
    for (size_t row = 0; row < TAPS; row++, frame += pitch) {
        vec pairs[2] = {vec_load(frame), vec_load(frame + 8)}, rest[2] = {vec_load(frame + 2), vec_load(frame + 10)};
        for (size_t o = 0; o < QUAD; o++) {
            const stem_window *window = &op->stem[group * QUAD + o];
            vec first = vec_splat(window->pairs[row]), third = vec_splat(window->rest[row]);
            for (size_t half = 0; half < 2; half++)
                sums[o][half] = dot_s16(rest[half], third, dot_s16(pairs[half], first, sums[o][half]));
        }
    }
    rounding r = load_rounding(&op->rounding);
    for (size_t o = 0; o < QUAD; o++) {
        vec multiplier = vec_splat(op->expansion.multiplier + group * QUAD + o);
        vec row = narrow16(round_product(sums[o][0], multiplier, r), round_product(sums[o][1], multiplier, r));
        vec_store_low_half(planes + o * op->plane_nbytes, narrow8(row, row));
    }
}

static void run_stem(const filter8 *op, size_t group, uint8_t *planes) {
    size_t side = convolution_output_side(&op->wide), pitch = frame_side(op->wide.side);
    const int16_t *frame = (const int16_t *)op->input + (1 - op->wide.pad_before) * (pitch + 1);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x += PANEL)
            run_stem_tile(op, group, frame + 2 * y * pitch + 2 * x, pitch, planes + y * side + x);
}

/* ---- the depthwise convolution, plane to plane ---- */

/* Rows go in order, sixteen bytes at a time, and each overwrites what the one above spilt. A row's right border is the
 * next one's left. */
static void copy_into_border(const filter8 *op, const uint8_t *plane, uint8_t *bordered) {
    size_t side = op->depthwise.side, pitch = op->pitch;
    uint8_t *row = bordered + pitch + 1;
    for (size_t y = 0; y < side; y++, row += pitch, plane += side) {
        for (size_t x = 0; x < side; x += 16)
            vec_store(row + x, vec_load(plane + x));
        row[side] = 0;
    }
    for (size_t x = 0; x < pitch; x += 16)
        vec_store(row + x, vec_zero());
}

typedef struct window_weights {
    weight_quad rows[TAPS];
    vec bias, multiplier;
    rounding rounding;
} window_weights;

/* Four outputs, from windows four pixels apart: lane i is about the quad at `corner` + 4i. */
static inline vec filter_quads(const window_weights *w, const uint8_t *corner, size_t pitch) {
    vec sum = w->bias;
    for (size_t row = 0; row < TAPS; row++)
        sum = dot(load_quads(corner + row * pitch), w->rows[row], sum);
    return round_product(sum, w->multiplier, w->rounding);
}

/* Sixteen neighbouring outputs: 4i, 4i + 1, 4i + 2 and 4i + 3 are interleaved. */
static inline vec filter16_stride1(const window_weights *w, const uint8_t *corner, size_t pitch) {
    vec even = narrow16(filter_quads(w, corner, pitch), filter_quads(w, corner + 2, pitch));
    vec odd = narrow16(filter_quads(w, corner + 1, pitch), filter_quads(w, corner + 3, pitch));
    vec first = interleave16_low(even, odd), second = interleave16_high(even, odd);
    return narrow8(interleave32_low(first, second), interleave32_high(first, second));
}

/* The same of every other pixel: 2i and 2i + 1. */
static inline vec filter16_stride2(const window_weights *w, const uint8_t *corner, size_t pitch) {
    vec even = narrow16(filter_quads(w, corner, pitch), filter_quads(w, corner + 16, pitch));
    vec odd = narrow16(filter_quads(w, corner + 2, pitch), filter_quads(w, corner + 18, pitch));
    return narrow8(interleave16_low(even, odd), interleave16_high(even, odd));
}

static void filter_plane(const filter8 *op, size_t channel, const uint8_t *bordered, uint8_t *plane) {
    const depthwise_window *window = &op->windows[channel];
    window_weights w = {.bias = vec_splat(&window->bias),
                        .multiplier = vec_splat(&window->multiplier),
                        .rounding = load_rounding(&op->rounding)};
    for (size_t row = 0; row < TAPS; row++)
        w.rows[row] = load_weights(&window->rows[row]);
    size_t side = convolution_output_side(&op->depthwise), pitch = op->pitch, stride = op->depthwise.stride;
    const uint8_t *corner = bordered + (1 - op->depthwise.pad_before) * (pitch + 1);
    for (size_t y = 0; y < side; y++, corner += stride * pitch, plane += side) {
        if (stride == 1)
            for (size_t x = 0; x < side; x += 16)
                vec_store(plane + x, filter16_stride1(&w, corner + x, pitch));
        else
            for (size_t x = 0; x < side; x += 16)
                vec_store(plane + x, filter16_stride2(&w, corner + 2 * x, pitch));
    }
}

static void interleave_planes(const filter8 *op, const uint8_t *planes, size_t group) {
    size_t side = convolution_output_side(&op->depthwise), npanels = (side * side + PANEL - 1) / PANEL;
    uint8_t *out = op->output + group * PANEL * QUAD;
    for (size_t i = 0; i < npanels; i++, planes += PANEL, out += PANEL * op->depthwise.nout) {
        vec a = vec_load_half(planes), b = vec_load_half(planes + op->plane_nbytes);
        vec c = vec_load_half(planes + 2 * op->plane_nbytes), d = vec_load_half(planes + 3 * op->plane_nbytes);
        vec ab = interleave8_low(a, b), cd = interleave8_low(c, d);
        vec_store(out, interleave16_low(ab, cd));
        vec_store(out + 16, interleave16_high(ab, cd));
    }
}

static void run_group(void *argument, size_t thread, size_t group) {
    const filter8 *op = argument;
    uint8_t *planes = op->scratch + thread * (QUAD * op->plane_nbytes + op->bordered_nbytes);
    uint8_t *bordered = planes + QUAD * op->plane_nbytes;
    if (op->stem)
        run_stem(op, group, planes);
    else
        expand(op, group, planes);
    for (size_t i = 0; i < QUAD; i++) {
        copy_into_border(op, planes + i * op->plane_nbytes, bordered);
        filter_plane(op, group * QUAD + i, bordered, planes + i * op->plane_nbytes);
    }
    interleave_planes(op, planes, group);
}

static void run(ops_convolution *base) {
    filter8 *op = (filter8 *)base;
    pthreadpool_parallelize_1d_with_thread(op->pool, run_group, op, op->depthwise.nout / QUAD, 0);
}

/* ---- making ---- */

static void free_filter(ops_convolution *base) {
    filter8 *op = (filter8 *)base;
    free(op->expansion.weights);
    free(op->stem);
    free(op->windows);
    free(op->scratch);
    free(op);
}

static stem_window *pack_stem(const convolution8 *c) {
    stem_window *windows = malloc(c->shape.nout * sizeof *windows);
    for (size_t o = 0; windows && o < c->shape.nout; o++)
        for (size_t row = 0; row < TAPS; row++) {
            const int8_t *w = c->weight + (o * TAPS + row) * TAPS;
            memcpy(windows[o].pairs[row], (const int16_t[2]){w[0], w[1]}, sizeof windows[o].pairs[row]);
            memcpy(windows[o].rest[row], (const int16_t[2]){w[2], 0}, sizeof windows[o].rest[row]);
        }
    return windows;
}

static depthwise_window *pack_windows(const convolution8 *c) {
    depthwise_window *windows = malloc(c->shape.nout * sizeof *windows);
    for (size_t o = 0; windows && o < c->shape.nout; o++) {
        windows[o].bias = c->bias[o];
        windows[o].multiplier = c->multiplier[o];
        for (size_t row = 0; row < TAPS; row++) {
            const int8_t *w = c->weight + (o * TAPS + row) * TAPS;
            pack_quad(&windows[o].rows[row], (const int8_t[4]){w[0], w[1], w[2], 0});
        }
    }
    return windows;
}

static bool fill(filter8 *op, const convolution8 *wide, const convolution8 *depthwise) {
    size_t in_side = depthwise->shape.side, out_side = convolution_output_side(&depthwise->shape);
    size_t side = in_side > out_side ? in_side : out_side;
    size_t nthreads = pthreadpool_get_threads_count(op->pool);
    op->pitch = in_side + 1;
    op->plane_nbytes = side * side + SPILL;
    op->bordered_nbytes = (in_side + 2) * op->pitch + SPILL;
    op->scratch = calloc(nthreads, QUAD * op->plane_nbytes + op->bordered_nbytes);
    op->windows = pack_windows(depthwise);
    bool stem = wide->shape.kernel > 1;
    if (stem)
        op->stem = pack_stem(wide);
    return op->scratch && op->windows && (op->stem || !stem) && pack_pointwise(&op->expansion, wide);
}

ops_status filter_make(ops_convolution **out, pthreadpool_t pool, const convolution8 *wide,
                       const convolution8 *depthwise, const void *input, uint8_t *output) {
    filter8 *op = calloc(1, sizeof *op);
    if (!op)
        return OPS_NO_MEMORY;
    *op = (filter8){.base = {run, free_filter},
                    .pool = pool,
                    .wide = wide->shape,
                    .depthwise = depthwise->shape,
                    .rounding = rounding_to(0),
                    .input = input,
                    .output = output};
    if (!fill(op, wide, depthwise)) {
        free_filter(&op->base);
        return OPS_NO_MEMORY;
    }
    *out = &op->base;
    return OPS_OK;
}
