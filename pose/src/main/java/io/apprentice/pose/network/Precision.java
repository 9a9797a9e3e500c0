package io.apprentice.pose.network;

/** Number format inside a graph; outside, weights and outputs are always float32. */
public enum Precision {
    /** For comparisons with references. */
    FLOAT64(7),
    /** The safe default. */
    FLOAT32(6),
    /** Half the bytes; fast if the processor multiplies it directly. */
    BFLOAT16(15);

    private final int torchCode;

    Precision(int torchCode) {
        this.torchCode = torchCode;
    }

    /** PyTorch's number for the type. */
    int torchCode() {
        return torchCode;
    }
}
