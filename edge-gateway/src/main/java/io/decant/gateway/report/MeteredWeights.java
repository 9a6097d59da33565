package io.decant.gateway.report;

import io.decant.follower.reload.WeightsReader;
import io.decant.gateway.GatewayCounters;
import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.monitor.WorkMeter.Doing;
import io.decant.records.CheckpointForm;

/**
 * A reader whose time, a thin link's in the first place, is counted as fetching. <i>Owned by the
 * follower's thread.</i>
 */
public final class MeteredWeights implements WeightsReader {
    private final WeightsReader weights;
    private final GatewayCounters counters;
    private final WorkMeter meter;

    public MeteredWeights(WeightsReader weights, GatewayCounters counters, WorkMeter meter) {
        this.weights = weights;
        this.counters = counters;
        this.meter = meter;
    }

    @Override
    public Read read(String model, CheckpointForm form) {
        meter.now(Doing.FETCH);
        counters.fetching();
        try {
            return weights.read(model, form);
        } finally {
            meter.now(Doing.WORK);
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
