//! What the provider looks after, and its documents.

use super::singles;
use crate::backend::Itflow;
use crate::map::{document, estate};
use crate::wire;
use crate::wire::document::DocumentRow;
use crate::wire::estate::{AssetRow, CertificateRow, DomainRow, LocationRow};
use portico_contract::{CallCx, Result, Snapshot};

impl Itflow {
    pub(super) async fn sites(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<LocationRow> = self.among(cx, "locations", wire::estate::locations(), "location_id", ids).await?;
        Ok(singles(rows, |row| (row.location_id, estate::site(row))))
    }

    pub(super) async fn assets(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<AssetRow> = self.among(cx, "assets", wire::estate::assets(), "asset_id", ids).await?;
        Ok(singles(rows, |row| (row.asset_id, estate::asset(row))))
    }

    pub(super) async fn documents(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let zone = self.zone(cx).await?;
        let what = "documents, folders";
        let rows: Vec<DocumentRow> = self.among(cx, what, wire::document::documents(), "document_id", ids).await?;
        Ok(singles(rows, |row| (row.document_id, document::document(row, zone))))
    }

    pub(super) async fn domains(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let what = "domains, vendors";
        let rows: Vec<DomainRow> = self.among(cx, what, wire::estate::domains(), "domain_id", ids).await?;
        Ok(singles(rows, |row| (row.domain_id, estate::domain(row))))
    }

    pub(super) async fn certificates(&self, cx: &CallCx, ids: &[i64]) -> Result<Vec<(i64, Snapshot)>> {
        let rows: Vec<CertificateRow> =
            self.among(cx, "certificates", wire::estate::certificates(), "certificate_id", ids).await?;
        Ok(singles(rows, |row| (row.certificate_id, estate::certificate(row))))
    }
}
