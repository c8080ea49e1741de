# The keeper of a cluster: sh -c keeper.sh PROGRAMS FOLDER PORT PRIMARY SETTING... PRIMARY is the port of a cluster of
# which this one is a standby, 0 for none. It runs PostgreSQL's programs in the order in which the lines of its input
# name them, and answers each with a line, which is empty when that worked. When the input ends, so does all of it.
programs=$0 folder=$1 port=$2 primary=$3 pid=
shift 3
settings=
for setting; do settings="$settings -c $setting"; done
umask 077
trap '' HUP INT TERM PIPE # only the end of the input ends it
cd "$folder" || exit

control() { "$programs/pg_ctl" "$@" --wait --timeout=10 --pgdata=data </dev/null >said 2>&1; }

make() {
	if [ "$primary" != 0 ]; then
		PGPASSWORD=$1 "$programs/pg_basebackup" --pgdata=data --write-recovery-conf --checkpoint=fast --no-sync \
			--host=127.0.0.1 --port="$primary" --username=postgres </dev/null >said 2>&1
		return
	fi
	printf '%s\n' "$1" >password
	"$programs/initdb" --pgdata=data --username=postgres --pwfile=password --auth=scram-sha-256 \
		--encoding=UTF8 --locale=C.UTF-8 --no-sync </dev/null >said 2>&1
	made=$?
	rm password
	return $made
}

# Nothing here outlives a crash of the machine, so nothing waits for the disk.
start() {
	control start --log=log --options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
		-c max_connections=400 -c shared_buffers=16MB -c fsync=off -c full_page_writes=off$settings" && read -r pid <data/postmaster.pid
}

# What is left after a crash keeps its memory until it has ended, and until then another one does not start.
recover() {
	for again in 1 2 3 4 5 6 7 8 9 10; do
		start && return
		sleep 0.2
	done
	return 1
}

# The first process is held, so that it sees nothing and starts nothing. The others would work on for a moment after it.
destroy() {
	kill -s STOP "$pid" || return
	others=$(ps -A -o pid= -o ppid= | while read -r one parent; do [ "$parent" != "$pid" ] || echo "$one"; done)
	[ -z "$others" ] || kill -s KILL $others # one may have ended by itself
	kill -s KILL "$pid" && pid=
}

if read -r password; then
	make "$password" && echo || echo it was not made
	unset password
fi
while read -r order; do
	case $order in
	start) recover && echo || echo it did not start ;;
	stop) control stop --mode=fast && pid= && echo || echo it did not stop ;;
	kill) destroy && echo || echo it was not killed ;;
	esac
done
# Somebody may have removed the folder already, and with it the file that names the process.
control stop --mode=immediate || [ -z "$pid" ] || kill -s QUIT "$pid"
cd /
for again in 1 2 3 4 5 6 7 8 9 10; do # what is about to end may still write
	rm -rf "$folder" && break
	sleep 0.2
done
