// Loaded into a daemon before the C library (LD_PRELOAD): the name service never answers about hosts whose names have
// "hanging" in them.
#include <cstring>

#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* wanted, addrinfo** found)
{
    while (host != nullptr && std::strstr(host, "hanging") != nullptr)
        pause();
    using look_up = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto real = reinterpret_cast<look_up>(dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(host, service, wanted, found);
}
