# Sourced by setup.sh and run_autograder: both must find the same Go and the same
# caches. $root is the autograder's directory.
export PATH="/usr/local/go/bin:$PATH"
unset GOROOT # which would be another Go's
export XDG_CACHE_HOME="$root/cache" GOCACHE="$root/cache/go-build" GOMODCACHE="$root/cache/mod"
export GOTOOLCHAIN=local # whatever a submission's go.mod asks for
