/* 1x1 convolutions in eight bits, panels to panels.
 *
 * A task is a block of panels times a block of groups of output channels. Each tile reads a panel, at most 12 KB, from
 * the first-level cache; the block's weights fit there too. */
#include "kernels/int8/tile.h"

enum { BLOCK_NBYTES = 16 << 10, MIN_TASKS = 16 };

typedef struct pointwise8 {
    ops_convolution base;
    pthreadpool_t pool;
    bool narrow;
    packed_pointwise packed;
    size_t npanels, panel_block, group_block;
    rounding_terms rounding;
    const uint8_t *input, *addend;
    uint8_t *output;
} pointwise8;

/* Four channels: u8[2][8 positions] twice to u8[8 positions][4]. */
static void store_quad(const pointwise8 *op, size_t at, vec first, vec second) {
    vec even = interleave8_low(first, second); /* u8[8 positions][2 channels]: the first and the third */
    vec odd = interleave8_high(first, second);
    vec low = interleave8_low(even, odd), high = interleave8_high(even, odd);
    if (op->addend) {
        low = add_centred(low, vec_load(op->addend + at));
        high = add_centred(high, vec_load(op->addend + at + 16));
    }
    vec_store(op->output + at, low);
    vec_store(op->output + at + 16, high);
}

static inline __attribute__((always_inline)) void run_tiles(const pointwise8 *op, size_t panel, size_t channel,
                                                            size_t size, size_t tile, bool narrow, rounding r) {
    const uint8_t *in = op->input + panel * PANEL_POSITIONS * op->packed.nin;
    size_t at = (panel * op->packed.nout + channel) * PANEL_POSITIONS;
    vec pairs[GROUP_CHANNELS / 2];
    for (size_t o = 0; o < size; o += tile)
        multiply_tile(&op->packed, in, channel + o, tile, narrow, r, pairs + o / 2);
    for (size_t o = 0; o < size; o += QUAD)
        store_quad(op, at + o * PANEL_POSITIONS, pairs[o / 2], pairs[o / 2 + 1]);
}

static inline __attribute__((always_inline)) void run_group(const pointwise8 *op, size_t panel, size_t channel,
                                                            bool narrow, rounding r) {
    size_t size = group_size(&op->packed, channel);
    if (size == GROUP_CHANNELS)
        run_tiles(op, panel, channel, GROUP_CHANNELS, TILE_CHANNELS, narrow, r);
    else
        for (size_t o = 0; o < size; o += QUAD)
            run_tiles(op, panel, channel + o, QUAD, QUAD, narrow, r);
}

static inline __attribute__((always_inline)) void run_groups(const pointwise8 *op, size_t panel, size_t group,
                                                             size_t npanels, size_t ngroups, bool narrow) {
    rounding r = load_rounding(&op->rounding);
    for (size_t i = 0; i < npanels; i++)
        for (size_t j = 0; j < ngroups; j++)
            run_group(op, panel + i, (group + j) * op->packed.group, narrow, r);
}

static void run_block(void *argument, size_t panel, size_t group, size_t npanels, size_t ngroups) {
    const pointwise8 *op = argument;
    if (HAS_NARROW_SUMS && op->narrow)
        run_groups(op, panel, group, npanels, ngroups, true);
    else
        run_groups(op, panel, group, npanels, ngroups, false);
}

static void run(ops_convolution *base) {
    pointwise8 *op = (pointwise8 *)base;
    pthreadpool_parallelize_2d_tile_2d(op->pool, run_block, op, op->npanels, count_groups(&op->packed), op->panel_block,
                                       op->group_block, 0);
}

static void free_pointwise(ops_convolution *base) {
    free(((pointwise8 *)base)->packed.weights);
    free(base);
}

/* As many channels as fit the cache, and so many panels that there are enough tasks for all threads. */
static void choose_blocks(pointwise8 *op) {
    size_t ngroups = count_groups(&op->packed);
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): the plan's channels are multiples of 8, and never none */
    size_t fitting = BLOCK_NBYTES / (op->packed.nin / QUAD * sizeof(packed_quad) * op->packed.group);
    op->group_block = fitting < 1 ? 1 : fitting > ngroups ? ngroups : fitting;
    size_t nblocks = (ngroups + op->group_block - 1) / op->group_block;
    size_t wanted = (MIN_TASKS + nblocks - 1) / nblocks;
    op->panel_block = op->npanels / wanted ? op->npanels / wanted : 1;
}

ops_status int8_pointwise_make(ops_convolution **out, pthreadpool_t pool, bool narrow, const convolution8 *c,
                               const uint8_t *input, const uint8_t *addend, uint8_t *output) {
    pointwise8 *op = malloc(sizeof *op);
    packed_pointwise packed;
    if (!op || !pack_pointwise(&packed, c)) {
        free(op);
        return OPS_NO_MEMORY;
    }
    size_t side = convolution_output_side(&c->shape);
    *op = (pointwise8){.base = {run, free_pointwise},
                       .pool = pool,
                       .narrow = narrow,
                       .packed = packed,
                       .npanels = count_panels(side),
                       .rounding = rounding_to(c->shape.relu6 ? 0 : INT8_ZERO_POINT),
                       .input = input,
                       .addend = addend,
                       .output = output};
    choose_blocks(op);
    *out = &op->base;
    return OPS_OK;
}
