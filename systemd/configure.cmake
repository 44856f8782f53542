# Writes the units and the tmpfiles rules with the paths of this installation. Run when configuring (for the checks)
# and again by `cmake --install`, whose --prefix may be another.
# Takes prefix, bindir, sysconfdir (as in GNUInstallDirs), source and destination.
cmake_path(ABSOLUTE_PATH bindir BASE_DIRECTORY "${prefix}" NORMALIZE OUTPUT_VARIABLE bin)
if(prefix STREQUAL "/usr" AND sysconfdir STREQUAL "etc")
    set(sysconf /etc)
else()
    cmake_path(ABSOLUTE_PATH sysconfdir BASE_DIRECTORY "${prefix}" NORMALIZE OUTPUT_VARIABLE sysconf)
endif()
configure_file("${source}/jobwatchd.service.in" "${destination}/jobwatchd.service" @ONLY)
configure_file("${source}/jobwatchd.tmpfiles.in" "${destination}/jobwatchd.conf" @ONLY)
