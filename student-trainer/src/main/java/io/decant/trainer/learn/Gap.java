package io.decant.trainer.learn;

/**
 * A range of one journal partition that was lost before it was learned. <i>Immutable.</i>
 *
 * @param partition journal partition
 * @param from first offset in the gap
 * @param to first offset after it
 */
public record Gap(int partition, long from, long to) {}
