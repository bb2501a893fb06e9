//! An S3-compatible object store as the place of a lake's files. Files never change, so each is fetched once and then read
//! from a folder on this machine.

use std::{fs::File, io::Read, path::Path, sync::Arc};

use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, aws::AmazonS3Builder, path::Path as Key};
use tokio::runtime::{Builder, Runtime};

use crate::{LakeError, Result, temp::TempFile};

/// Bytes fetched or sent at a time.
const CHUNK: u64 = 16 << 20;
/// Chunks on their way at the same time.
const UPLOADS: usize = 4;

/// A bucket, and the folder in it that is the lake's root.
#[derive(Debug)]
pub(crate) struct ObjectBucket {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    /// There until the bucket is dropped.
    runtime: Option<Runtime>,
}

impl Drop for ObjectBucket {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which an asynchronous program forbids; there is nothing to wait for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl ObjectBucket {
    /// The bucket of `url` (`s3://bucket/folder`). Access comes from the usual `AWS_*` variables; `settings` goes before
    /// them, by the same names in small letters (`aws_endpoint`, `aws_region`, `aws_allow_http`, ...).
    pub(crate) fn new(url: &str, settings: &[(String, String)]) -> Result<Self> {
        let rest =
            url.strip_prefix("s3://").ok_or_else(|| store_error(format!("“{url}” does not start with s3://")))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
        for (name, value) in settings {
            builder = builder.with_config(name.parse().map_err(store_error)?, value);
        }
        let store = Arc::new(builder.build().map_err(store_error)?);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(store_error)?;
        Ok(Self { store, prefix: prefix.trim_matches('/').to_owned(), runtime: Some(runtime) })
    }

    fn object_key(&self, path: &str) -> Key {
        Key::from(format!("{}/{path}", self.prefix))
    }

    /// Fetches a file to its place on this machine, whole or not at all.
    pub(crate) fn fetch_file(&self, path: &str, to: &Path, temp_folder: &Path) -> Result<()> {
        let (temp, mut file) = TempFile::create(temp_folder)?;
        let key = self.object_key(path);
        self.run_blocking(async {
            let size = self.store.head(&key).await.map_err(store_error)?.size;
            for start in (0..size).step_by(CHUNK as usize) {
                let bytes = self.store.get_range(&key, start..size.min(start + CHUNK)).await.map_err(store_error)?;
                std::io::Write::write_all(&mut file, &bytes).map_err(LakeError::from_io(temp.path()))?;
            }
            Ok(())
        })?;
        temp.replace_at(to)
    }

    /// Sends a file; it is there for others when all of it is.
    pub(crate) fn send_file(&self, from: &Path, path: &str) -> Result<()> {
        let mut file = File::open(from).map_err(LakeError::from_io(from))?;
        let key = self.object_key(path);
        self.run_blocking(async {
            let upload = self.store.put_multipart(&key).await.map_err(store_error)?;
            let mut upload = WriteMultipart::new_with_chunk_size(upload, CHUNK as usize);
            let mut bytes = vec![0; CHUNK as usize];
            loop {
                let count = file.read(&mut bytes).map_err(LakeError::from_io(from))?;
                if count == 0 {
                    break;
                }
                upload.wait_for_capacity(UPLOADS).await.map_err(store_error)?;
                upload.write(&bytes[..count]);
            }
            upload.finish().await.map_err(store_error)?;
            Ok(())
        })
    }

    /// Removes a file; one that is not there is no error.
    pub(crate) fn remove_file(&self, path: &str) -> Result<()> {
        let key = self.object_key(path);
        match self.run_blocking(async { Ok(self.store.delete(&key).await) })? {
            Err(error) if !matches!(error, object_store::Error::NotFound { .. }) => Err(store_error(error)),
            _ => Ok(()),
        }
    }

    pub(crate) fn has_file(&self, path: &str) -> Result<bool> {
        let key = self.object_key(path);
        match self.run_blocking(async { Ok(self.store.head(&key).await) })? {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(store_error(error)),
        }
    }

    /// Runs in a thread of its own, since callers may themselves stand in an asynchronous program, which forbids waiting.
    fn run_blocking<T: Send>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let runtime = self.runtime.as_ref().expect("the runtime is there until the bucket is dropped");
        std::thread::scope(|scope| {
            let work = scope.spawn(|| runtime.block_on(work));
            work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

fn store_error(error: impl std::fmt::Display) -> LakeError {
    LakeError::Store(error.to_string())
}
