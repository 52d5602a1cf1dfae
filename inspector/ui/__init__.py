"""The window: the only part of the program that knows Qt.

onnxruntime is loaded here, before any Qt library: on Windows the other order fails to load its DLL.
"""

import inspector.vision.accelerator  # noqa: F401 - loads onnxruntime first, see above
