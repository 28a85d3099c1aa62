/* 1x1 convolutions in eight bits, panels to panels.
 *
 * A task is a block of panels times a block of output channels. Within it a panel, at most 12 KB, is read for each
 * group of four channels from the first-level cache, where the block's weights stay as well. */
#include "ops_int8_tile.h"

enum { BLOCK_NBYTES = 16 << 10, MIN_TASKS = 16 };

typedef struct pointwise8 {
    ops_convolution base;
    pthreadpool_t pool;
    packed_pointwise packed;
    size_t npanels, panel_block, group_block;
    rounding_terms rounding;
    const uint8_t *input, *addend;
    uint8_t *output;
} pointwise8;

static void run_tile(const pointwise8 *op, size_t panel, size_t group, rounding r) {
    tile t = multiply_panel(&op->packed, op->input + panel * PANEL * op->packed.nin, group, r);
    vec even = interleave8_low(t.first, t.second); /* u8[8 positions][2 channels]: the first and the third */
    vec odd = interleave8_high(t.first, t.second);
    vec low = interleave8_low(even, odd), high = interleave8_high(even, odd);
    size_t at = (panel * op->packed.nout + group * QUAD) * PANEL;
    if (op->addend) {
        low = add_centred(low, vec_load(op->addend + at));
        high = add_centred(high, vec_load(op->addend + at + 16));
    }
    vec_store(op->output + at, low);
    vec_store(op->output + at + 16, high);
}

static void run_block(void *argument, size_t panel, size_t group, size_t npanels, size_t ngroups) {
    const pointwise8 *op = argument;
    rounding r = load_rounding(&op->rounding);
    for (size_t i = 0; i < npanels; i++)
        for (size_t j = 0; j < ngroups; j++)
            run_tile(op, panel + i, group + j, r);
}

static void run(ops_convolution *base) {
    pointwise8 *op = (pointwise8 *)base;
    pthreadpool_parallelize_2d_tile_2d(op->pool, run_block, op, op->npanels, op->packed.nout / QUAD, op->panel_block,
                                       op->group_block, 0);
}

static void free_pointwise(ops_convolution *base) {
    free(((pointwise8 *)base)->packed.weights);
    free(base);
}

/* As many channels as fit the cache, and as many panels as leave enough tasks for the threads to share fairly. */
static void choose_blocks(pointwise8 *op) {
    size_t ngroups = op->packed.nout / QUAD, fitting = BLOCK_NBYTES / (op->packed.nin * sizeof(packed_quad) * QUAD / 4);
    op->group_block = fitting < 1 ? 1 : fitting > ngroups ? ngroups : fitting;
    size_t nblocks = (ngroups + op->group_block - 1) / op->group_block;
    size_t wanted = (MIN_TASKS + nblocks - 1) / nblocks;
    op->panel_block = op->npanels / wanted ? op->npanels / wanted : 1;
}

ops_status pointwise_make(ops_convolution **out, pthreadpool_t pool, const convolution8 *c, const uint8_t *input,
                          const uint8_t *addend, uint8_t *output) {
    pointwise8 *op = malloc(sizeof *op);
    packed_pointwise packed;
    if (!op || !pack_pointwise(&packed, c)) {
        free(op);
        return OPS_NO_MEMORY;
    }
    size_t side = convolution_output_side(&c->shape);
    *op = (pointwise8){.base = {run, free_pointwise},
                       .pool = pool,
                       .packed = packed,
                       .npanels = (side * side + PANEL - 1) / PANEL,
                       .rounding = rounding_to(c->shape.relu6 ? 0 : INT8_ZERO_POINT),
                       .input = input,
                       .addend = addend,
                       .output = output};
    choose_blocks(op);
    *out = &op->base;
    return OPS_OK;
}
