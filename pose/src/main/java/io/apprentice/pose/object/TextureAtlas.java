package io.apprentice.pose.object;

import io.apprentice.pose.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Several textures in one. Each lies in a cell of its own, as often as it repeats on a triangle, and goes on around itself up to
 * the cell's border. Cells are powers of two wide and high, so that the halves of the pyramid do not mix them.
 */
final class TextureAtlas {
    private static final int MAX_SIDE = 2048;
    private static final int MAX_TEXTURES = 64;
    private static final int MAX_REPEATS = 16;
    private static final int WHITE = 0xffffff;
    /** Coordinates just outside 0 to 1 do not ask for a second copy. */
    private static final double ROUNDING = 1e-3;

    private final int[] texels;
    private final int width;
    private final int height;
    private final Map<Integer, Cell> cells = new HashMap<>();

    /** A picture's place: where its first copy starts, how large a copy is, and how much of it a triangle shows at most. */
    private record Cell(int left, int top, int tileWidth, int tileHeight) {}

    /** A texture, and how often it repeats on a triangle. */
    static final class Use {
        private final String name;
        private final int[] repeats = {1, 1};

        Use(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Takes note of a triangle: u v of its three corners, from {@code at} on. */
        void add(float[] uv, int at) {
            for (int a = 0; a < 2; a++) {
                double high = Math.max(uv[at + a], Math.max(uv[at + 2 + a], uv[at + 4 + a]));
                repeats[a] = Math.max(repeats[a], (int) Math.ceil(high - first(uv, at + a) - ROUNDING));
            }
        }
    }

    private TextureAtlas(int width, int height) {
        this.width = width;
        this.height = height;
        texels = new int[width * height];
        Arrays.fill(texels, WHITE);
    }

    /**
     * Puts textures together.
     *
     * @param file the mesh file
     * @param used by number
     * @param plain whether a cell stays white, for what has no texture
     */
    static TextureAtlas of(Path file, Map<Integer, Use> used, boolean plain) throws IOException {
        int count = used.size() + (plain ? 1 : 0);
        if (count > MAX_TEXTURES) {
            throw new IOException("%s: expected at most %d textures, got %d".formatted(file, MAX_TEXTURES, count));
        }
        int columns = powerOfTwo((int) Math.ceil(Math.sqrt(count)));
        int rows = powerOfTwo((count + columns - 1) / columns);
        List<RgbImage> images = new ArrayList<>();
        for (Use use : used.values()) {
            if (Math.max(use.repeats[0], use.repeats[1]) > MAX_REPEATS) {
                throw new IOException(
                        "%s: expected textures that repeat up to %d times on a triangle, %s does so %d times"
                                .formatted(file, MAX_REPEATS, use.name(), Math.max(use.repeats[0], use.repeats[1])));
            }
            RgbImage image = MeshReader.image(file, use.name());
            images.add(resized(
                    image, Math.min(image.width(), MAX_SIDE / columns), Math.min(image.height(), MAX_SIDE / rows)));
        }
        int[] repeatsU = used.values().stream().mapToInt(use -> use.repeats[0]).toArray();
        int[] repeatsV = used.values().stream().mapToInt(use -> use.repeats[1]).toArray();
        int cellWidth =
                side(MAX_SIDE / columns, images.stream().map(RgbImage::width).toList(), repeatsU);
        int cellHeight =
                side(MAX_SIDE / rows, images.stream().map(RgbImage::height).toList(), repeatsV);
        TextureAtlas atlas = new TextureAtlas(columns * cellWidth, rows * cellHeight);
        int i = 0;
        for (int number : used.keySet()) {
            int tileWidth = Math.max(1, cellWidth * 7 / 8 / repeatsU[i]);
            int tileHeight = Math.max(1, cellHeight * 7 / 8 / repeatsV[i]);
            int left = i % columns * cellWidth;
            int top = i / columns * cellHeight;
            Cell cell = new Cell(
                    left + (cellWidth - repeatsU[i] * tileWidth) / 2,
                    top + (cellHeight - repeatsV[i] * tileHeight) / 2,
                    tileWidth,
                    tileHeight);
            atlas.fill(left, top, cellWidth, cellHeight, cell, resized(images.get(i), tileWidth, tileHeight));
            atlas.cells.put(number, cell);
            i++;
        }
        int left = i % columns * cellWidth;
        int top = i / columns * cellHeight;
        atlas.cells.put(-1, new Cell(left + cellWidth / 2, top + cellHeight / 2, 0, 0));
        return atlas;
    }

    /** The whole number at which a triangle's share of the repeated texture starts. */
    private static double first(float[] uv, int at) {
        return Math.floor(Math.min(uv[at], Math.min(uv[at + 2], uv[at + 4])) + ROUNDING);
    }

    private static int powerOfTwo(int least) {
        return least <= 1 ? 1 : Integer.highestOneBit(least - 1) << 1;
    }

    /** Wide enough for every picture at its own size, as far as that is allowed. */
    private static int side(int most, Collection<Integer> sizes, int[] repeats) {
        int side = 8;
        int i = 0;
        for (int size : sizes) {
            side = Math.max(side, Math.min(most, powerOfTwo((size * repeats[i++] * 8 + 6) / 7)));
        }
        return Math.min(side, most);
    }

    private static RgbImage resized(RgbImage image, int width, int height) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        RgbImage resized = RgbImage.black(width, height);
        try (BytePointer pixels = new BytePointer(image.rgb());
                Mat from = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
                Mat to = new Mat();
                Size size = new Size(width, height)) {
            opencv_imgproc.resize(from, to, size, 0, 0, opencv_imgproc.INTER_AREA);
            try (BytePointer data = to.data()) {
                data.get(resized.rgb());
            }
        }
        return resized;
    }

    private void fill(int left, int top, int cellWidth, int cellHeight, Cell cell, RgbImage tile) {
        byte[] rgb = tile.rgb();
        for (int y = top; y < top + cellHeight; y++) {
            int row = Math.floorMod(y - cell.top(), tile.height()) * tile.width();
            for (int x = left; x < left + cellWidth; x++) {
                int i = 3 * (row + Math.floorMod(x - cell.left(), tile.width()));
                texels[y * width + x] = (rgb[i] & 255) << 16 | (rgb[i + 1] & 255) << 8 | (rgb[i + 2] & 255);
            }
        }
    }

    /** Moves a triangle's texture coordinates, u v of its corners from {@code at} on, to where its texture is; -1: to white. */
    void move(int texture, float[] uv, int at) {
        Cell cell = cells.get(texture);
        for (int a = 0; a < 2; a++) {
            double first = first(uv, at + a);
            int from = a == 0 ? cell.left() : cell.top();
            int tile = a == 0 ? cell.tileWidth() : cell.tileHeight();
            int all = a == 0 ? width : height;
            for (int i = at + a; i < at + 6; i += 2) {
                uv[i] = (float) ((from + (tile == 0 ? 0 : (uv[i] - first) * tile)) / all);
            }
        }
    }

    Texture texture() {
        return new Texture(texels, Integer.numberOfTrailingZeros(width), Integer.numberOfTrailingZeros(height));
    }
}
