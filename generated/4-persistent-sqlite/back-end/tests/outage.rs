//! A database that goes away and comes back.
#![cfg(feature = "postgres")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use api::config::StorageConfig;
use common::{app_on, get, post, postgres, resource, skip};
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Passes connections on to the database, and takes them all with it when it is dropped.
async fn wire(listener: TcpListener, host: String, port: u16) {
    let mut connections = JoinSet::new();
    while let Ok((mut client, _)) = listener.accept().await {
        let host = host.clone();
        connections.spawn(async move {
            let mut server = TcpStream::connect((host, port)).await?;
            copy_bidirectional(&mut client, &mut server).await
        });
    }
}

async fn listen(address: SocketAddr) -> TcpListener {
    TcpListener::bind(address).await.expect("the port is free")
}

#[tokio::test]
async fn an_outage_is_told_and_heals_by_itself() {
    let Some(mut config) = postgres() else {
        return skip("a test of PostgreSQL", "`TEST_DATABASE_HOST` is not set");
    };
    let (host, port) = (config.host, config.port);
    let listener = listen("127.0.0.1:0".parse().expect("an address")).await;
    let address = listener.local_addr().expect("the listener has an address");
    let up = tokio::spawn(wire(listener, host.clone(), port));
    config.host = address.ip().to_string();
    config.port = address.port();

    let table = resource("outage", &json!([{ "name": "n", "type": "int" }]));
    let app = app_on(&StorageConfig::Postgres(config), table).await.expect("the storage opens");
    assert_eq!(get(&app, "/readyz").await.status, 200);
    assert_eq!(post(&app, "/r", json!({ "n": 1 })).await.status, 201);

    up.abort();
    sleep(Duration::from_millis(50)).await;
    let problem = get(&app, "/r").await.is_problem(503);
    assert_eq!(problem["detail"], "the storage cannot be reached, try again later");
    post(&app, "/r", json!({ "n": 2 })).await.is_problem(503);
    get(&app, "/readyz").await.is_problem(503);

    let up = tokio::spawn(wire(listen(address).await, host, port));
    assert_eq!(get(&app, "/readyz").await.status, 200);
    assert_eq!(get(&app, "/r").await.json()["items"], json!([{ "id": 1, "n": 1 }]));
    up.abort();
}
