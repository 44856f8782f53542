#include "engine/ports/watch_store.hpp"
