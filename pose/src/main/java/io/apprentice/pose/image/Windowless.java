package io.apprentice.pose.image;

import org.bytedeco.opencv.global.opencv_highgui;

/**
 * OpenCV without windows. JavaCPP loads the part of OpenCV that opens windows, and GTK 2 with it, before the parts that we use, which
 * need neither; on a server without a desktop that fails. Here that part's class is initialised without its library, so that
 * nothing asks for it again.
 */
public final class Windowless {

    private static final String LOAD = "org.bytedeco.javacpp.loadlibraries";

    static {
        String before = System.setProperty(LOAD, "false");
        try {
            Class.forName(opencv_highgui.class.getName(), true, Windowless.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("OpenCV's jar is not whole", e);
        } finally {
            if (before == null) {
                System.clearProperty(LOAD);
            } else {
                System.setProperty(LOAD, before);
            }
        }
    }

    private Windowless() {}

    /** To be called before the first use of OpenCV's calibration or video; for the whole process, once. */
    public static void openCv() {
        // the work is done when this class is initialised
    }
}
