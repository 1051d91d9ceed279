//! Somebody in ITFlow's pages: a browser without a screen.

use super::page;
use anyhow::{Context, Result, ensure};
use portico_tests::wire::Call;
use std::collections::BTreeMap;

const FORM: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "portico-proof-boundary";

/// A file to be sent with a form.
#[derive(Debug, Clone, Copy)]
pub struct Upload {
    pub field: &'static str,
    pub name: &'static str,
    pub bytes: &'static [u8],
}

/// What a page answered.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub html: String,
}

impl Page {
    /// After an action ITFlow sends its visitors on.
    pub fn moved(self) -> Result<String> {
        ensure!(self.status == 302, "answered {} with {:.300}", self.status, page::text(&self.html));
        self.location.context("sent on to nowhere")
    }

    /// A page that its visitor may not see ends the session.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.location.is_some()
    }
}

/// A session in ITFlow.
#[derive(Debug)]
pub struct Visitor {
    address: String,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Visitor {
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// Signs in on ITFlow's own page; whether it let the visitor in.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Result<bool> {
        let page = self.post("/login.php", &[("email", email), ("password", password), ("login", "")]).await?;
        Ok(page.location.is_some())
    }

    /// Takes the token against forged requests from a page that has one.
    pub async fn take_token(&mut self, path: &str) -> Result<()> {
        let page = self.get(path).await?;
        ensure!(page.status == 200, "{path} answered {}", page.status);
        let token = page::after(&page.html, "name=\"csrf_token\" value=\"")
            .or_else(|| page::after(&page.html, "csrf_token="))
            .with_context(|| format!("{path} has no token"))?;
        self.csrf = token.split(['"', '&', '<']).next().unwrap_or_default().to_owned();
        Ok(())
    }

    pub async fn get(&mut self, path: &str) -> Result<Page> {
        self.send(Call::get(path)).await
    }

    /// A link that does something.
    pub async fn follow(&mut self, path: &str) -> Result<Page> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{mark}csrf_token={}", self.csrf);
        self.get(&path).await
    }

    /// A form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let token = ("csrf_token", self.csrf.clone());
        let all = fields.iter().copied().chain([(token.0, token.1.as_str())]);
        let body: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send(call(path, FORM, body.join("&").into_bytes())).await
    }

    /// A form with a file.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: Upload) -> Result<Page> {
        let token = self.csrf.clone();
        let mut body = Vec::new();
        for (name, value) in fields.iter().copied().chain([("csrf_token", token.as_str())]) {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            file.field, file.name
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        self.send(call(path, &format!("multipart/form-data; boundary={BOUNDARY}"), body)).await
    }

    async fn send(&mut self, call: Call) -> Result<Page> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let back = format!("http://{}/", self.address);
        let call = call.header("cookie", &cookies.join("; ")).header("user-agent", "proof").header("referer", &back);
        let answer = call.send(&self.address).await?;
        for (name, value) in &answer.headers {
            if let Some((cookie, value)) = value.split(';').next().and_then(|pair| pair.split_once('='))
                && name.eq_ignore_ascii_case("set-cookie")
            {
                self.cookies.insert(cookie.to_owned(), value.to_owned());
            }
        }
        let location = answer.header("location").map(str::to_owned);
        Ok(Page { status: answer.status, location, html: answer.body })
    }
}

fn call(path: &str, kind: &str, body: Vec<u8>) -> Call {
    let call = Call { method: "POST", path: path.to_owned(), headers: Vec::new(), body };
    call.header("content-type", kind)
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
