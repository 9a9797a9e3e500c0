/**
 * The networks: described once in {@link io.apprentice.pose.network.WdrNetArchitecture}, compiled to one TorchScript graph
 * each, weights as one flat vector beside them, moved as safetensors. May use DJL with PyTorch. Start with {@code
 * WdrNetArchitecture}, then {@code WdrNetGraph}.
 */
package io.apprentice.pose.network;
