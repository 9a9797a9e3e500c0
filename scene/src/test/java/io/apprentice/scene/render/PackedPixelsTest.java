package io.apprentice.scene.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedPixelsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 640})
    void write_givenPixels_givesTheBytesThatReadTakes(int count) {
        int[] pixels = new int[count];
        byte[] expected = new byte[3 * count + 2];
        for (int i = 0; i < count; i++) {
            pixels[i] = 0x123457 * (i + 1) & 0xffffff;
            expected[2 + 3 * i] = (byte) (pixels[i] >> 16);
            expected[3 + 3 * i] = (byte) (pixels[i] >> 8);
            expected[4 + 3 * i] = (byte) pixels[i];
        }
        byte[] rgb = new byte[3 * count + 2];
        PackedPixels.write(pixels, rgb, 2);
        assertThat(rgb).isEqualTo(expected);

        byte[] first = new byte[3 * count];
        PackedPixels.write(pixels, first, 0);
        int[] read = new int[count];
        PackedPixels.read(first, read);
        assertThat(read).isEqualTo(pixels);
    }
}
