# Builds for 64-bit ARM with the distribution's cross compiler and runs what was built under qemu. Boost, nlohmann/json
# and doctest are headers only, so those of this machine serve.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
