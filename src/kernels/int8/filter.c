/* The stem or an expansion, and the depthwise convolution after it, in eight bits.
 *
 * A task is a group of channels, over the whole image:
 *   1. The matrix product, or the stem, writes a plane for each channel: u8[side][side and a gap]. The lanes of its
 * sums are positions, so the planes need no reordering. The wide tensor between the two convolutions never exists.
 *   2. A mask zeros the gaps. With zeros around the plane too, no pixel at an edge is special; with stride 1 a plane is
 *      filtered like one long row.
 *   3. The filter: one lane of a dot product takes four neighbouring pixels, with three weights and a zero. That is one
 * row of a window; three rows are an output. A load one pixel further gives the next outputs.
 *   4. Four filtered planes at a time are interleaved to panels.
 *
 * The largest planes of the usual network, 112 x 112, have 12.5 KB each. A thread's scratch fits its second-level
 * cache, and from the second stage on its first-level cache. */
#include "kernels/int8/tile.h"

enum { TAPS = 3, SPILL = 64 }; /* bytes after a plane that loads and stores may touch */

/* The weights of a stem's window for dot_s16, row by row: two columns; then the third column and a zero. */
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
    bool narrow;
    convolution wide, depthwise;
    packed_pointwise expansion; /* of the stem, only bias and multiplier */
    stem_window *stem;          /* [nout]; NULL for an expansion */
    depthwise_window *windows;  /* [nchannels] */
    rounding_terms rounding;
    const void *input;
    uint8_t *output;
    uint8_t *mask;    /* u8[side][side and a gap]: 255; 0 in the gaps and after the last row */
    uint8_t *scratch; /* for each thread: four filtered planes, then a group's planes with zeros around */
    size_t scratch_nbytes, plane_nbytes, filtered_nbytes, pitch;
} filter8;

/* ---- the wide convolution, into four planes ---- */

/* `size` channels over the whole image. Every caller passes a constant. */
static inline __attribute__((always_inline)) void expand_tile(const filter8 *op, size_t channel, size_t size,
                                                              bool narrow, uint8_t *planes) {
    size_t npanels = count_panels(op->wide.side);
    const uint8_t *panel = op->input;
    rounding r = load_rounding(&op->rounding);
    for (size_t i = 0; i < npanels; i++, panel += (size_t)PANEL_POSITIONS * op->wide.nin, planes += PANEL_POSITIONS) {
        vec pairs[TILE_CHANNELS / 2], mask = vec_splat_half(op->mask + i * PANEL_POSITIONS);
        multiply_tile(&op->expansion, panel, channel, size, narrow, r, pairs);
        for (size_t o = 0; o < size; o += 2) {
            vec masked = vec_and(pairs[o / 2], mask);
            vec_store_low_half(planes + o * op->plane_nbytes, masked);
            vec_store_high_half(planes + (o + 1) * op->plane_nbytes, masked);
        }
    }
}

static inline __attribute__((always_inline)) void expand_group(const filter8 *op, size_t channel, size_t size,
                                                               bool narrow, uint8_t *planes) {
    if (size == GROUP_CHANNELS)
        for (size_t o = 0; o < size; o += TILE_CHANNELS)
            expand_tile(op, channel + o, TILE_CHANNELS, narrow, planes + o * op->plane_nbytes);
    else
        for (size_t o = 0; o < size; o += QUAD)
            expand_tile(op, channel + o, QUAD, narrow, planes + o * op->plane_nbytes);
}

static void expand(const filter8 *op, size_t channel, size_t size, uint8_t *planes) {
    if (HAS_NARROW_SUMS && op->narrow)
        expand_group(op, channel, size, true, planes);
    else
        expand_group(op, channel, size, false, planes);
}

/* Eight outputs of four channels. `padded` is at the upper left of the first window. */
static void run_stem_tile(const filter8 *op, size_t channel, const int16_t *padded, size_t pitch, vec mask,
                          uint8_t *planes) {
    vec sums[QUAD][2];
    for (size_t o = 0; o < QUAD; o++)
        sums[o][0] = sums[o][1] = vec_splat(op->expansion.bias + channel + o);
    for (size_t row = 0; row < TAPS; row++, padded += pitch) {
        vec pairs[2] = {vec_load(padded), vec_load(padded + 8)},
            rest[2] = {vec_load(padded + 2), vec_load(padded + 10)};
        for (size_t o = 0; o < QUAD; o++) {
            const stem_window *window = &op->stem[channel + o];
            vec first = vec_splat(window->pairs[row]), third = vec_splat(window->rest[row]);
            for (size_t half = 0; half < 2; half++)
                sums[o][half] = dot_s16(rest[half], third, dot_s16(pairs[half], first, sums[o][half]));
        }
    }
    rounding r = load_rounding(&op->rounding);
    for (size_t o = 0; o < QUAD; o++) {
        vec multiplier = vec_splat(op->expansion.multiplier + channel + o);
        vec row = narrow16(round_product(sums[o][0], multiplier, r), round_product(sums[o][1], multiplier, r));
        vec_store_low_half(planes + o * op->plane_nbytes, vec_and(narrow8(row, row), mask));
    }
}

static void run_stem(const filter8 *op, size_t channel, uint8_t *planes) {
    size_t side = convolution_output_side(&op->wide), pitch = padded_side(op->wide.side);
    const int16_t *padded = (const int16_t *)op->input + (1 - op->wide.pad_before) * (pitch + 1);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x += PANEL_POSITIONS)
            run_stem_tile(op, channel, padded + 2 * y * pitch + 2 * x, pitch,
                          vec_load_half(op->mask + y * op->pitch + x), planes + y * op->pitch + x);
}

/* ---- the depthwise convolution, plane to plane ---- */

typedef struct window_weights {
    weight_quad rows[TAPS];
    vec bias, multiplier;
    rounding rounding;
} window_weights;

/* The three rows under a window. */
typedef struct window_rows {
    const uint8_t *rows[TAPS];
} window_rows;

/* Four outputs of windows four pixels apart. Lane i has the window at x + 4i. */
static inline vec filter_quads(const window_weights *w, const window_rows *in, size_t x) {
    vec sum = w->bias;
    for (size_t row = 0; row < TAPS; row++)
        sum = dot(load_quads(in->rows[row] + x), w->rows[row], sum);
    return round_product(sum, w->multiplier, w->rounding);
}

/* Sixteen neighbouring outputs: the vectors of outputs 4i, 4i + 1, 4i + 2 and 4i + 3, interleaved. */
static inline vec filter16_stride1(const window_weights *w, const window_rows *in) {
    vec even = narrow16(filter_quads(w, in, 0), filter_quads(w, in, 2));
    vec odd = narrow16(filter_quads(w, in, 1), filter_quads(w, in, 3));
    vec first = interleave16_low(even, odd), second = interleave16_high(even, odd);
    return narrow8(interleave32_low(first, second), interleave32_high(first, second));
}

/* The same with stride 2: the vectors of outputs 2i and 2i + 1, interleaved. */
static inline vec filter16_stride2(const window_weights *w, const window_rows *in) {
    vec even = narrow16(filter_quads(w, in, 0), filter_quads(w, in, 16));
    vec odd = narrow16(filter_quads(w, in, 2), filter_quads(w, in, 18));
    return narrow8(interleave16_low(even, odd), interleave16_high(even, odd));
}

static inline window_rows move_rows(const uint8_t *corner, size_t pitch) {
    return (window_rows){{corner, corner + pitch, corner + 2 * pitch}};
}

static window_weights load_window(const filter8 *op, size_t channel) {
    const depthwise_window *window = &op->windows[channel];
    window_weights w = {.bias = vec_splat(&window->bias),
                        .multiplier = vec_splat(&window->multiplier),
                        .rounding = load_rounding(&op->rounding)};
    for (size_t row = 0; row < TAPS; row++)
        w.rows[row] = load_weights(&window->rows[row]);
    return w;
}

/* `from` and `to` are the first pixels of two planes. Bytes written after a row are gap, or the next row overwrites
 * them.
 */
static void filter_plane(const filter8 *op, size_t channel, const uint8_t *from, uint8_t *to) {
    window_weights w = load_window(op, channel);
    size_t side = convolution_output_side(&op->depthwise), pitch = op->pitch;
    const uint8_t *corner = from - op->depthwise.pad_before * (pitch + 1);
    bool dense = op->depthwise.stride == 1;
    size_t nlines = dense ? 1 : side, length = dense ? side * pitch : side;
    for (size_t y = 0; y < nlines; y++, corner += 2 * pitch, to += row_pitch(side)) {
        window_rows in = move_rows(corner, pitch);
        for (size_t x = 0; x < length; x += 16) {
            vec_store(to + x, dense ? filter16_stride1(&w, &in) : filter16_stride2(&w, &in));
            for (size_t row = 0; row < TAPS; row++)
                in.rows[row] += dense ? 16 : 32;
        }
    }
}

static void interleave_planes(const filter8 *op, const uint8_t *planes, size_t channel) {
    size_t npanels = count_panels(convolution_output_side(&op->depthwise));
    uint8_t *out = op->output + channel * PANEL_POSITIONS;
    for (size_t i = 0; i < npanels;
         i++, planes += PANEL_POSITIONS, out += (size_t)PANEL_POSITIONS * op->depthwise.nout) {
        vec a = vec_load_half(planes), b = vec_load_half(planes + op->filtered_nbytes);
        vec c = vec_load_half(planes + 2 * op->filtered_nbytes), d = vec_load_half(planes + 3 * op->filtered_nbytes);
        vec ab = interleave8_low(a, b), cd = interleave8_low(c, d);
        vec_store(out, interleave16_low(ab, cd));
        vec_store(out + 16, interleave16_high(ab, cd));
    }
}

static void run_group(void *argument, size_t thread, size_t group) {
    const filter8 *op = argument;
    size_t channel = group * op->expansion.group, size = group_size(&op->expansion, channel);
    uint8_t *filtered = op->scratch + thread * op->scratch_nbytes;
    uint8_t *planes = filtered + QUAD * op->filtered_nbytes + op->pitch + 1;
    if (op->stem)
        run_stem(op, channel, planes);
    else
        expand(op, channel, size, planes);
    for (size_t o = 0; o < size; o += QUAD) {
        for (size_t i = 0; i < QUAD; i++)
            filter_plane(op, channel + o + i, planes + (o + i) * op->plane_nbytes, filtered + i * op->filtered_nbytes);
        interleave_planes(op, filtered, channel + o);
    }
}

static void run(ops_convolution *base) {
    filter8 *op = (filter8 *)base;
    pthreadpool_parallelize_1d_with_thread(op->pool, run_group, op, count_groups(&op->expansion), 0);
}

/* ---- making ---- */

static void free_filter(ops_convolution *base) {
    filter8 *op = (filter8 *)base;
    free(op->expansion.weights);
    free(op->stem);
    free(op->windows);
    free(op->mask);
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

static uint8_t *make_mask(size_t side) {
    uint8_t *mask = calloc(1, side * row_pitch(side) + SPILL);
    for (size_t y = 0; mask && y < side; y++)
        memset(mask + y * row_pitch(side), 255, side);
    return mask;
}

static bool fill(filter8 *op, const convolution8 *wide, const convolution8 *depthwise) {
    size_t side = depthwise->shape.side, filtered_side = convolution_output_side(&depthwise->shape);
    bool stem = wide->shape.kernel > 1;
    if (!pack_pointwise(&op->expansion, wide))
        return false;
    if (stem)
        op->stem = pack_stem(wide);
    op->pitch = row_pitch(side);
    op->plane_nbytes = (side + 2) * op->pitch + SPILL;
    op->filtered_nbytes = filtered_side * row_pitch(filtered_side) + SPILL;
    op->scratch_nbytes = QUAD * op->filtered_nbytes + op->expansion.group * op->plane_nbytes;
    op->scratch = calloc(pthreadpool_get_threads_count(op->pool), op->scratch_nbytes);
    op->mask = make_mask(side);
    op->windows = pack_windows(depthwise);
    return op->scratch && op->mask && op->windows && (op->stem || !stem);
}

bool int8_narrow_sums_are_faster(void) { return narrow_sums_are_faster(); }

ops_status int8_filter_make(ops_convolution **out, pthreadpool_t pool, bool narrow, const convolution8 *wide,
                            const convolution8 *depthwise, const void *input, uint8_t *output) {
    filter8 *op = calloc(1, sizeof *op);
    if (!op)
        return OPS_NO_MEMORY;
    *op = (filter8){.base = {run, free_filter},
                    .pool = pool,
                    .narrow = narrow,
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
