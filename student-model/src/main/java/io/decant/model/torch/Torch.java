package io.decant.model.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import io.decant.model.spec.InvalidModelException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Starts libtorch once for the process: offline, without telemetry, with idle threads asleep
 * instead of spinning. Generated and loaded modules are only called in inference mode, so no thread
 * has to switch gradients off. <i>Thread-safe.</i>
 */
public final class Torch {
    /** The only libtorch that the JNI of this build works with. */
    public static final String LIBTORCH_VERSION = "2.7.1";

    private static final String ENGINE = "PyTorch";

    /**
     * Static because libtorch is: one process has one, with one thread count. Guarded by the class.
     */
    private static TorchSettings running;

    private Torch() {}

    /**
     * Loads and checks libtorch if this process has not yet. Later calls only compare their
     * settings.
     *
     * @throws IllegalStateException when libtorch cannot be loaded, is of another version, or
     *     already runs with other settings
     */
    public static synchronized void start(TorchSettings settings) {
        if (running == null) {
            load(settings);
            running = settings;
        } else if (!running.equals(settings)) {
            throw new IllegalStateException(
                    "libtorch already runs with "
                            + running.threads()
                            + " threads in this process, "
                            + settings.threads()
                            + " were asked for: use one count for everything in a process");
        }
    }

    /** Starts libtorch with the default settings unless it runs already. */
    public static synchronized void startIfNeeded() {
        start(running == null ? TorchSettings.defaults() : running);
    }

    /**
     * Engine and version, such as {@code DJL 0.35.1, libtorch 2.7.1, 1 thread}: part of what fixes
     * the bits of training.
     */
    public static synchronized String engineDescription() {
        startIfNeeded();
        return "DJL "
                + Engine.getDjlVersion()
                + ", libtorch "
                + Engine.getEngine(ENGINE).getVersion()
                + ", "
                + running.threads()
                + (running.threads() == 1 ? " thread" : " threads");
    }

    /**
     * What selects libtorch's and MKL's code paths on this machine: architecture, libtorch's own
     * capability and the vector extensions. Training gives the same bits where this string, the
     * libtorch build and the thread count are the same.
     */
    public static String cpuCapability() {
        startIfNeeded();
        return CpuCapability.describe(instructionSet());
    }

    private static void load(TorchSettings settings) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException(
                    "Decant needs a little-endian machine: its tensors and records share bytes");
        }
        defaultProperty("ai.djl.offline", "true");
        defaultProperty("OPT_OUT_TRACKING", "true");
        // libgomp reads these when it is loaded; spinning threads beside other load make a step 100
        // times slower.
        setEnvironment("OMP_WAIT_POLICY", "PASSIVE");
        setEnvironment("OMP_NUM_THREADS", Integer.toString(settings.threads()));
        try {
            String version = Engine.getEngine(ENGINE).getVersion();
            if (!version.equals(LIBTORCH_VERSION)) {
                throw new IllegalStateException(
                        "libtorch must be "
                                + LIBTORCH_VERSION
                                + ", found "
                                + version
                                + ": unset PYTORCH_LIBRARY_PATH and PYTORCH_VERSION, or let them name that version");
            }
            JniUtils.setNumThreads(settings.threads());
            // A foreign libtorch loads, calls itself the expected version, and fails at the first
            // tensor: touch one now.
            instructionSet();
        } catch (EngineException | LinkageError e) {
            throw new IllegalStateException(
                    "libtorch "
                            + LIBTORCH_VERSION
                            + " does not start ("
                            + e.getMessage()
                            + "): its natives for this platform must be on the class path, DJL_CACHE_DIR (or ~/.djl.ai) must be"
                            + " writable, and PYTORCH_LIBRARY_PATH, when set, must hold exactly this version",
                    e);
        }
    }

    /**
     * Whether tensors can be computed with there; on a GPU, one is.
     *
     * @throws IllegalStateException with what is missing and how to get it
     */
    public static void requireUsable(TorchDevice device) {
        if (!device.isGpu()) {
            return;
        }
        startIfNeeded();
        cuda().problem()
                .ifPresent(
                        problem -> {
                            throw new IllegalStateException(
                                    "device " + device + " cannot be used: " + problem);
                        });
        try (TorchModule probe = TorchModule.loadUnchecked(probe(), device)) {
            requireOne(probe);
        } catch (InvalidModelException | EngineException refused) {
            throw new IllegalStateException(
                    "device "
                            + device
                            + " cannot be used: libtorch says '"
                            + refused.getMessage().strip().lines().findFirst().orElse("nothing")
                            + "'; GPUs are numbered from 0, nvidia-smi -L lists them",
                    refused);
        }
    }

    /** Whether libtorch runs with CUDA here and finds a GPU. */
    public static boolean hasGpu() {
        startIfNeeded();
        return cuda().problem().isEmpty();
    }

    private static Cuda cuda() {
        String folder = LibUtils.getLibtorchPath();
        return new Cuda(
                folder,
                Files.exists(Path.of(folder, System.mapLibraryName("torch_cuda"))),
                Engine.getEngine(ENGINE).hasCapability("CUDA"));
    }

    private static String instructionSet() {
        try (TorchModule probe = TorchModule.loadUnchecked(probe(), TorchDevice.CPU)) {
            requireOne(probe);
            return probe.text("instruction_set");
        }
    }

    /** The buffer is a copy when the tensor is on a GPU. */
    private static void requireOne(TorchModule probe) {
        if (probe.buffer("get_one").getFloat(0) != 1f) {
            throw new IllegalStateException(
                    "libtorch " + LIBTORCH_VERSION + " misreads its own archive");
        }
    }

    private static byte[] probe() {
        String code =
                """
                class Probe(Module):
                  __parameters__ = []
                  __buffers__ = ["one", ]
                  one : Tensor
                  training : bool
                  def get_one(self: __torch__.Probe) -> Tensor:
                    return self.one
                  def instruction_set(self: __torch__.Probe) -> str:
                    return torch._get_cpu_capability()
                """;
        return new TorchArchive("Probe", code).scalar("one", 1f).toBytes();
    }

    private static void defaultProperty(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    private static void setEnvironment(String name, String value) {
        if (!Platform.isWindows()) {
            NativeLibrary.getProcess()
                    .getFunction("setenv")
                    .invokeInt(new Object[] {name, value, 1});
        }
    }
}
