#!/usr/bin/env bash
# Builds the images without a Docker engine, and runs the one of Dockerfile as containers would: as its user, with a read-only
# root file system, a writable /data and a network of its own, by itself and as the services of compose.yaml. Of Dockerfile.azure
# it compares the package, and loads it: the Functions host is not at hand (docs/containers.md).
#
# Needs root and the Debian packages buildah, debootstrap, iproute2 and util-linux. DEBIAN_MIRROR and DEBIAN_SUITE choose what
# stands in for node:24-slim; CA_FILE has certificates that npm trusts during the build, for a network with a proxy; WORK keeps
# the files of a run for the next one.
set -euo pipefail
cd "$(dirname "$0")/.."

keep=${WORK:-}
work=${WORK:-$(mktemp -d)}
base=$work/base
mkdir -p "$work"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$work/storage" --runroot "$work/run" "$@"; }

container=
process=
finish() {
  [ -z "$process" ] || kill -KILL "$process" 2>/dev/null || true
  [ -z "$container" ] || buildah rm "$container" >/dev/null
  [ -n "$keep" ] || rm -rf "$work"
}
trap finish EXIT

if [ ! -e "$base/complete" ]; then
  echo "base: Debian, with Node.js and npm of the npm registry"
  [ -e "$base/etc/debian_version" ] || debootstrap --variant=minbase "${DEBIAN_SUITE:-bookworm}" "$base" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
  install -m 755 node_modules/node/bin/node "$base/usr/local/bin/node"
  npm install --global --prefix "$base/usr/local" npm@11 >/dev/null
  chroot "$base" useradd --create-home --uid 1000 node
  touch "$base/complete"
fi
if ! buildah inspect --type image base >/dev/null 2>&1; then
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$base" / >/dev/null
  if [ -n "${CA_FILE:-}" ]; then
    buildah add --quiet "$container" "$CA_FILE" /usr/local/share/ca.pem >/dev/null
    buildah config --env NODE_EXTRA_CA_CERTS=/usr/local/share/ca.pem "$container"
  fi
  buildah commit --quiet "$container" base >/dev/null
  buildah rm "$container" >/dev/null
  container=
fi

build() {
  echo "build $1"
  buildah bud --quiet --layers --format docker --build-arg NODE_IMAGE=localhost/base --build-arg FUNCTIONS_IMAGE=localhost/base \
    --tag "$2" --file "$1" . >/dev/null
  container=$(buildah from "$2")
  root=$(buildah mount "$container")
}

build Dockerfile.azure longhaul-azure
npm run --silent package
diff --recursive dist/package "$root/home/site/wwwroot"
echo "package: $(find dist/package -type f | wc -l) files, the same as those of npm run package"
chroot --userspec=1000:1000 "$root" /usr/bin/env -i /usr/local/bin/node -e "
  for (const name of ['IMAGE_PROVIDER_URL', 'PLATE_READER_URL', 'BANK_MAP_ML_URL']) process.env[name] = 'http://127.0.0.1';
  process.env.AzureWebJobsStorage = 'UseDevelopmentStorage=true';
  console.debug = console.warn = () => undefined; // the packages say that this is no Functions runtime
  require('/home/site/wwwroot/dist/functions/app.js');
  process.stdout.write('package: it loads\n', () => process.exit());"
buildah rm "$container" >/dev/null
container=

build Dockerfile longhaul
config=$work/config.json
buildah inspect --type image longhaul >"$config"
of() { node -p "const c = JSON.parse(fs.readFileSync('$config')).Docker.config; $1"; }
user=$(of c.User)
[ "$user" = 1000:1000 ] || { echo "the user is $user"; exit 1; }
echo "image: user $user, $(du -sm --exclude=data "$root/app" | cut -f1) MB of the app"
for name in tsc gcc cc esbuild; do
  [ -z "$(find "$root/app" "$root/usr" ! -type d -name "$name" -print -quit)" ] || { echo "the image has $name"; exit 1; }
done

[ -z "$(find "$root/app" -xtype l -print -quit)" ] || { echo "the image has links to nothing"; exit 1; }

data=$work/data
mapfile -t env < <(of "c.Env.join('\n')")
mapfile -t command < <(of "[...c.Entrypoint, ...c.Cmd].join('\n')")
directory=$(of c.WorkingDir)

# Starts a command as process 1 of its namespaces, as a container does.
start() {
  rm -rf "$data"
  install -d -o 1000 -g 1000 "$data"
  # shellcheck disable=SC2016 # the inner shell expands its own arguments
  unshare --mount --pid --net --fork --kill-child -- bash -c '
    set -euo pipefail
    root=$1 data=$2 directory=$3 user=$4
    shift 4
    ip link set lo up
    mount --bind "$root" "$root"
    mount -o remount,bind,ro "$root"
    mount --bind "$data" "$root/data"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec chroot --userspec="$user" "$root" /usr/bin/env -i --chdir="$directory" "$@"
  ' bash "$root" "$data" "$directory" "$user" "${env[@]}" "$@" >"$work/out" 2>"$work/err" &
  outer=$!
  for _ in $(seq 100); do
    process=$(pgrep -P "$outer" || true)
    [ -n "$process" ] && break
    sleep 0.1
  done
}
# Runs Node.js in the container.
inside() { nsenter --target "$process" --mount --pid --net --root --wd="$root$directory" -- /usr/local/bin/node "$@"; }
# Waits until a health check, without its `CMD node`, has succeeded.
healthy() {
  for _ in $(seq 120); do
    if inside "$@" 2>/dev/null; then return; fi
    kill -0 "$process" 2>/dev/null || break
    sleep 1
  done
  cat "$work/out" "$work/err"
  echo "not healthy"
  exit 1
}
stop() {
  kill -TERM "$process"
  local began code=0
  began=$(date +%s%N)
  wait "$outer" || code=$?
  process=
  echo "SIGTERM: exit code $code after $((($(date +%s%N) - began) / 1000000)) ms"
  [ "$code" = 0 ]
}

start "${command[@]}"
mapfile -t health < <(of "c.Healthcheck.Test.slice(2).join('\n')")
healthy "${health[@]}"
echo "healthy: $(cat "$work/out")"

for id in 9965 10022; do
  inside -e "fetch('http://127.0.0.1:7071/plates/$id').then(async (r) => console.log($id, r.status, await r.text()))"
done
inside -e "fetch('http://127.0.0.1:7071/console/').then(async (r) => {
  const type = r.headers.get('content-type');
  console.log('console', r.status, type, (await r.text()).length, 'characters');
  process.exit(r.ok && type.startsWith('text/html') ? 0 : 1);
})"
written=$(inside -e "fs.writeFileSync('/app/x', '')" 2>&1 || true)
[[ $written == *EROFS* ]] || { echo "the root file system can be written: $written"; exit 1; }
echo "read-only"
echo "user of process 1: $(stat -c %u "/proc/$process")"

stop

# The services that are of this image, with all that compose.yaml gives them but their names.
compose() { node -p "const { services } = require('yaml').parse(fs.readFileSync('compose.yaml', 'utf8'), { merge: true }); $1"; }
for service in $(compose "Object.keys(services).filter((name) => services[name].image === 'longhaul').join(' ')"); do
  mapfile -t command < <(compose "[...services['$service'].entrypoint, ...services['$service'].command].join('\n')")
  mapfile -t health < <(compose "services['$service'].healthcheck.test.slice(2).join('\n')")
  start "${command[@]}"
  healthy "${health[@]}"
  echo "compose.yaml: $service is healthy"
  stop
done
