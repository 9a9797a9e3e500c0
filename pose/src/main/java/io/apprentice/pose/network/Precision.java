package io.apprentice.pose.network;

/** Number format inside a graph; weights and outputs are float32 outside, whatever it is. */
public enum Precision {
    /** For comparisons with references. */
    FLOAT64(7),
    /** The safe default. */
    FLOAT32(6),
    /** Half the bytes; fast where the processor multiplies it directly. */
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
