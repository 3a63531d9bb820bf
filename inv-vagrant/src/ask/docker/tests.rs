//! `docker inspect`, by docker's API reference. Nothing here is recorded.

use std::time::Duration;

use super::*;
use crate::ask::fakes::Fakes;

/// Not recorded. Fields and their spelling: docker's Engine API reference (`ContainerInspect`, v1.43), and Vagrant's
/// `plugins/providers/docker/provider.rs` (`ssh_info`).
const CONTAINERS: &str = r#"[{"Id":"4c01db0b339cc3b1f1c1d9e9c0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3","Name":"/p_a_1700000000",
"State":{"Status":"running","Running":true,"Pid":4242},
"Config":{"Image":"debian:12","Env":["DB_PASSWORD=s3cret"]},
"NetworkSettings":{"Ports":{"22/tcp":[{"HostIp":"::","HostPort":"2222"},{"HostIp":"0.0.0.0","HostPort":"2222"}],"80/tcp":null},
"Networks":{"bridge":{"IPAddress":"172.17.0.2","GlobalIPv6Address":"","MacAddress":"02:42:AC:11:00:02"},
"vagrant_network_172.20.0.0/16":{"IPAddress":"172.20.0.5","GlobalIPv6Address":"fd00:20::5","MacAddress":"02:42:ac:14:00:05"}}}}]"#;

/// Not recorded. docker's Engine API reference (`NetworkInspect`, v1.43).
const NETWORKS: &str = r#"[{"Name":"bridge","Id":"x","Driver":"bridge","Internal":false,"IPAM":{"Driver":"default","Config":[{"Subnet":"172.17.0.0/16","Gateway":"172.17.0.1"}]},
"Containers":{"4c01":{"Name":"p_a"}},"Options":{"com.docker.network.bridge.name":"docker0","com.docker.network.driver.mtu":"1450","secret":"s3cret"}}]"#;

const ID: &str = "4c01db0b339cc3b1f1c1d9e9c0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3";
const OTHER: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

/// A fake that knows one container.
const ONE: &str = r#"case "$1 $2" in
"network inspect") cat "${0%/*}/networks";;
*) cat "${0%/*}/containers"
  case "$*" in *ffff*) echo 'Error: No such container: ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff' >&2; exit 1;; esac;;
esac"#;

fn fake(script: &str) -> Fakes {
    let fakes = Fakes::new(&[(PROGRAM, script)]);
    std::fs::write(fakes.path().join("containers"), CONTAINERS).unwrap();
    std::fs::write(fakes.path().join("networks"), NETWORKS).unwrap();
    fakes
}

/// How long whoever answers is given, and how long one that will not.
const PLENTY: Duration = Duration::from_secs(20);
const LITTLE: Duration = Duration::from_millis(500);

fn asked(fakes: &Fakes, ids: &[&str]) -> Provided {
    asked_within(PLENTY, fakes, ids)
}

fn asked_within(limit: Duration, fakes: &Fakes, ids: &[&str]) -> Provided {
    let questions: Vec<_> =
        ids.iter().enumerate().map(|(machine, id)| Question { machine, id, creator: None }).collect();
    let mut provided = ask(&questions, &fakes.surroundings(), Instant::now() + limit);
    provided.says.sort_by_key(|(machine, _)| *machine);
    provided
}

#[test]
fn a_container_is_read_and_its_environment_is_not() {
    let provided = asked(&fake(ONE), &[ID, OTHER, "--all"]);
    assert_eq!(provided.says[1].1, ProviderSays::Gone("docker".to_owned()));
    assert!(matches!(&provided.says[2].1, ProviderSays::Failed(why) if why.contains("is no container's")));
    insta::assert_json_snapshot!(provided.says[0].1, @r#"
    {
      "has": {
        "state": "running",
        "cards": [
          {
            "mac": "02:42:ac:11:00:02",
            "network": "bridge",
            "is_management": true,
            "addresses": [
              {
                "ip": "172.17.0.2"
              }
            ]
          },
          {
            "mac": "02:42:ac:14:00:05",
            "network": "vagrant_network_172.20.0.0/16",
            "is_management": false,
            "addresses": [
              {
                "ip": "172.20.0.5"
              },
              {
                "ip": "fd00:20::5"
              }
            ]
          }
        ],
        "forwards": [
          {
            "host": "127.0.0.1",
            "port": 2222,
            "guest_port": 22
          },
          {
            "host": "::1",
            "port": 2222,
            "guest_port": 22
          }
        ]
      }
    }
    "#);
    insta::assert_snapshot!(provided.networks[0].description, @r#"{"Name":"bridge","Driver":"bridge","Internal":false,"IPAM":{"Config":[{"Subnet":"172.17.0.0/16","Gateway":"172.17.0.1"}]},"Options":{"com.docker.network.bridge.name":"docker0","com.docker.network.driver.mtu":"1450"}}"#);
}

#[test]
fn a_docker_that_is_missing_down_hangs_or_talks_nonsense_is_a_sentence() {
    let down = "echo '[]'; echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1";
    let told =
        [(Fakes::new(&[]), PLENTY), (fake(down), PLENTY), (fake("sleep 60"), LITTLE), (fake("echo hello"), PLENTY)]
            .map(|(fakes, limit)| match &asked_within(limit, &fakes, &[ID]).says[0].1 {
                ProviderSays::Failed(why) => why.clone(),
                other => panic!("{other:?}"),
            });
    insta::assert_snapshot!(told.join("\n"), @"
    `docker` is not installed here, or not on the PATH; run this where the machines run
    `docker` failed (exit status: 1) and says: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
    `docker` did not end in time; see whether it hangs, or allow more time with `timeout`
    what `docker inspect` says is not as docker says it: line 1, column 1
    ");
}
