/**
 * The networks on ONNX Runtime, which answers small crops on a processor faster than PyTorch. Start with {@code FastestNetwork}.
 */
package io.apprentice.pose.network.onnx;
