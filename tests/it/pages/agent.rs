//! A browser without a screen: keeps cookies, follows redirections, fills in forms.

use crate::harness::{Call, Reply, World};

/// Somebody with a browser.
pub struct Agent<'w> {
    world: &'w World,
    /// Name, value, path.
    pub cookies: Vec<(String, String, String)>,
    /// What it sends with every request.
    pub headers: Vec<(&'static str, String)>,
}

/// Where a form goes, and what it holds beside what people type.
pub struct FormOf {
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

/// Reads the one form of a page.
pub fn form_of(page: &str) -> FormOf {
    let (_, form) = page.split_once("<form ").expect("a form");
    let (form, _) = form.split_once("</form>").unwrap();
    assert!(form.starts_with("method=\"post\""));
    let hidden = form.split("<input type=\"hidden\" ").skip(1);
    FormOf {
        action: attribute(form, "action"),
        hidden: hidden
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect(),
    }
}

fn attribute(text: &str, name: &str) -> String {
    let (_, rest) = text.split_once(&format!("{name}=\"")).unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    value.replace("&amp;", "&").replace("&#x2f;", "/")
}

impl<'w> Agent<'w> {
    /// At the host of the world's tenant.
    pub fn new(world: &'w World) -> Self {
        Self::at(world, "demo.localhost")
    }

    pub fn at(world: &'w World, host: &str) -> Self {
        Self {
            world,
            cookies: Vec::new(),
            headers: vec![("host", host.to_owned())],
        }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// One request, and what it answers.
    pub async fn send(&mut self, mut call: Call) -> Reply {
        let path = call.path.split('?').next().unwrap().to_owned();
        let sent: Vec<_> = self
            .cookies
            .iter()
            .filter(|(_, _, below)| path.starts_with(below.as_str()))
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect();
        if !sent.is_empty() {
            call = call.header("cookie", sent.join("; "));
        }
        for (name, value) in &self.headers {
            call = call.header(name, value.clone());
        }
        let reply = self.world.send(call).await;
        for cookie in reply.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap());
        }
        reply
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let rest: Vec<_> = parts.collect();
        let path = rest.iter().find_map(|part| part.strip_prefix("Path="));
        self.cookies.retain(|(known, _, _)| known != name);
        if !rest.contains(&"Max-Age=0") {
            let kept = (name.to_owned(), value.to_owned(), path.unwrap().to_owned());
            self.cookies.push(kept);
        }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Call::new("GET", path)).await
    }

    /// Opens a page, wherever it leads.
    pub async fn open(&mut self, path: &str) -> Reply {
        let reply = self.get(path).await;
        self.follow(reply).await
    }

    async fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..5 {
            if reply.status != 303 {
                return reply;
            }
            let to = reply.header("location").unwrap().to_owned();
            reply = self.get(&to).await;
        }
        panic!("goes round in circles");
    }

    /// Sends the form of a page, and does not follow where it leads.
    pub async fn post(&mut self, page: &Reply, typed: &[(&str, &str)]) -> Reply {
        self.post_at(page, "", typed).await
    }

    /// The same behind a proxy that takes `prefix` away from what browsers ask for.
    pub async fn post_at(&mut self, page: &Reply, prefix: &str, typed: &[(&str, &str)]) -> Reply {
        let mut form = form_of(&page.body);
        form.action = form.action.strip_prefix(prefix).unwrap().to_owned();
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(typed);
        body.extend_pairs(form.hidden);
        let call = Call::new("POST", form.action)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(body.finish());
        self.send(call).await
    }

    /// Sends the form of a page, and goes where it leads.
    pub async fn submit(&mut self, page: &Reply, typed: &[(&str, &str)]) -> Reply {
        let reply = self.post(page, typed).await;
        self.follow(reply).await
    }
}
