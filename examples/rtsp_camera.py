#!/usr/bin/env python3
"""A camera that speaks RTSP, for trying live cameras without one: GStreamer's server with a moving picture.

Debian:  apt-get install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good \\
             gstreamer1.0-plugins-ugly
Usage:   /usr/bin/python3 examples/rtsp_camera.py [--port 8554] [--size 640x480] [--fps 15] [--jpeg] [--user NAME:PASSWORD]
         ./apprentice up --camera rtsp://127.0.0.1:8554/live
"""
import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--port", default="8554", help="0 takes a free one")
parser.add_argument("--size", default="640x480")
parser.add_argument("--fps", type=int, default=15)
parser.add_argument("--jpeg", action="store_true", help="send JPEG instead of H.264")
parser.add_argument("--user", help="ask for NAME:PASSWORD")
parser.add_argument("--check", action="store_true", help="only tell, by the exit status, whether everything is installed")
options = parser.parse_args()

Gst.init(None)
missing = [e for e in ("videotestsrc", "x264enc", "rtph264pay", "jpegenc", "rtpjpegpay", "rtpbin")
           if not Gst.ElementFactory.find(e)]
if missing:
    raise SystemExit(f"missing: GStreamer's {', '.join(missing)}")
if options.check:
    raise SystemExit(0)

width, height = options.size.split("x")
encoder = ("jpegenc ! rtpjpegpay name=pay0 pt=26" if options.jpeg
           else f"x264enc tune=zerolatency sliced-threads=false speed-preset=ultrafast key-int-max={options.fps} "
                "! rtph264pay config-interval=-1 name=pay0 pt=96")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_launch(f"( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width={width},height={height},"
                   f"framerate={options.fps}/1 ! {encoder} )")

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(options.port)
if options.user:
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*options.user.split(":", 1)), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory("/live", factory)
if not server.attach(None):
    raise SystemExit(f"cannot listen on port {options.port}")
print(f"rtsp://127.0.0.1:{server.get_bound_port()}/live", flush=True)
GLib.MainLoop().run()
